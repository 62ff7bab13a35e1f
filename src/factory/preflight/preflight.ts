/** All of preflight: the sections in the order of the factory's own tool, as text and for programs. */

import { toIso } from '../../core/time.ts';
import { agentHealth, agentHistory } from './agents.ts';
import { docker, dockerAllocs } from './docker.ts';
import type { Facts, PreflightProject } from './facts.ts';
import { agentLogs, lockFiles, pendingVaultItems, staleWorktrees } from './files.ts';
import { systemResources } from './machine.ts';
import { blockedIssues, ciPipelines, issueStatus, openPulls } from './projects.ts';
import { escalationReplies } from './replies.ts';
import { sectionLines, type Section } from './section.ts';
import { activeSessions, phaseFiles, stalePhases } from './sessions.ts';
import { hostVolumes } from './volumes.ts';

const NO_PROJECT: PreflightProject = { name: '', repo: '', hasCi: true };

/** Preflight as text: sections with a blank line between them, and a line end behind the last. */
export function preflightText(facts: Facts): string {
  const sections = sectionsOf(facts).flatMap(([, section]) => section);
  return `${sections.map((section) => sectionLines(section).join('\n')).join('\n\n')}\n`;
}

/** Preflight for programs. `version` changes when a field changes its meaning; fields are only added. */
export function preflightView(facts: Facts): object {
  const sections = sectionsOf(facts).map(([name, section]) => [
    name,
    isOne(section) ? toView(section) : section.map(toView),
  ]);
  return { version: 1, at: toIso(facts.now), host: facts.host, ...(Object.fromEntries(sections) as object) };
}

function toView({ sight, view }: Section): object {
  return { state: sight.state, reason: sight.reason, ...view };
}

/** A section, or one for each project. */
type Sections = Section | readonly Section[];

const isOne = (section: Sections): section is Section => !Array.isArray(section);

/** Every section with the name it has for programs. */
function sectionsOf(facts: Facts): readonly (readonly [name: string, section: Sections])[] {
  const projects = facts.projects.length === 0 ? [NO_PROJECT] : facts.projects;
  const each = (section: (facts: Facts, project: PreflightProject) => Section): readonly Section[] =>
    projects.map((project) => section(facts, project));
  return [
    ['system_resources', systemResources(facts)],
    ['docker', docker(facts)],
    ['docker_allocs', dockerAllocs(facts)],
    ['host_volumes', hostVolumes(facts)],
    ['active_sessions', activeSessions(facts)],
    ['phase_files', phaseFiles(facts)],
    ['stale_phases', stalePhases(facts)],
    ['lock_files', lockFiles(facts)],
    ['agent_logs', agentLogs(facts)],
    // Those of one heading stand together: the factory's tools read on through the same heading, and stop at another.
    ['ci_pipelines', each(ciPipelines)],
    ['open_pulls', each(openPulls)],
    ['issue_status', each(issueStatus)],
    ['worktrees', staleWorktrees(facts)],
    ['blocked_issues', blockedIssues(facts)],
    ['escalation_replies', escalationReplies(facts)],
    ['vault_items', pendingVaultItems(facts)],
    ['ci_agents', agentHealth(facts)],
    ['ci_agent_history', agentHistory(facts)],
  ];
}
