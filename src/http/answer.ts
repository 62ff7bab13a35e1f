/** What a request is answered with, as a value; every refusal says what to do instead. */

/** A status, and a body that becomes JSON; a text is sent as it is. */
export interface Answer {
  readonly status: number;
  readonly body: object | string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Why the request was refused, as a label of the metrics; left out when it was not. */
  readonly refused?: string;
}

/** A value, or the answer that ends the request. */
export type Step<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly answer: Answer };

/** The value of a step that went well. */
export const step = <T>(value: T): Step<T> => ({ ok: true, value });

/** The end of a request that was not in order. */
export function stop(answer: Answer): Step<never> {
  return { ok: false, answer };
}

/** Refuses: `reason` is the label of the metrics, `error` what is wrong, `hint` what to do instead. */
export function refuse(status: number, reason: string, error: string, hint: string): Answer {
  return { status, refused: reason, body: { error, hint } };
}

/** The same answer with a header more. */
export function withHeader(answer: Answer, name: string, value: string): Answer {
  return { ...answer, headers: { ...answer.headers, [name]: value } };
}

/** The answer as HTTP has it. */
export function toResponse(answer: Answer): Response {
  const text = typeof answer.body === 'string';
  return new Response(text ? answer.body : JSON.stringify(answer.body), {
    status: answer.status,
    headers: { 'content-type': text ? 'text/plain; charset=utf-8' : 'application/json', ...answer.headers },
  });
}
