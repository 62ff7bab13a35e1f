/** Recorded and constructed answers of Woodpecker. */

import { readFileSync } from 'node:fs';

const FOLDER = new URL('../fixtures/woodpecker/', import.meta.url);

export const recordingText = (file: string): string => readFileSync(new URL(file, FOLDER), 'utf8');
export const recording = (file: string) => JSON.parse(recordingText(file));
