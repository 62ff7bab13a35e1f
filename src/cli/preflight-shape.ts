/** What `reactor preflight --json` prints. */

import { field, under, type Field, type Shape } from './guide.ts';

const STATE: Shape = {
  state: field('string', 'available, degraded: a part is not seen, unavailable: as it was last known, not_configured'),
  reason: field('string', 'why it is not seen, or what to set; empty when all is seen'),
};

const CONTAINER: Shape = {
  host: field('string', 'box of its engine'),
  name: field('string', 'as Docker names it'),
  state: field('string', 'created running paused restarting exited dead'),
  status: field('string', 'as docker ps words it; without a time when the engine could not be asked now'),
  health: field('string', 'none starting healthy unhealthy'),
  image: field('string', 'image reference'),
  stack: field('string', 'Compose project, or empty'),
  owner: field('string', 'who answers for the stack'),
  restarts: field('number', 'how often the engine restarted it'),
  listed: field('boolean', 'the engine lists it now; false also when it could not be asked'),
};

const figure = (doc: string): Field => field(['number', 'null'], `${doc}; null when it is not known`);
const place = field('string', 'empty on this box, else the container it is in');

const section = (name: string, shape: Shape): Shape => under(name, { ...STATE, ...shape });

/** Every value, by its path. */
export const PREFLIGHT_SHAPE: Shape = {
  version: field('number', '1; grows when a field changes its meaning'),
  at: field('string', 'when this was asked'),
  host: field('string', 'this box'),
  daemon: field('string', 'ready starting down, or stranger: something else answers at the address'),
  alive_at: field('string', 'when the reactor was last known to run: what follows is as old'),
  ...section('system_resources', {
    ram_available_mb: figure('memory that can be had'),
    ram_total_mb: figure('memory there is'),
    swap_used_mb: figure('swap in use'),
    load1: figure('load over 1 min'),
    load5: figure('load over 5 min'),
    load15: figure('load over 15 min'),
    tasks_running: figure('what runs or could run'),
    tasks_total: figure('processes and their threads'),
    newest_pid: figure('process id given out last'),
    'disks[].mount': field('string', 'where it is mounted'),
    'disks[].used_pct': field('number', 'as df prints it'),
    'disks[].used_mb': field('number', 'in use, about'),
    'disks[].total_mb': field('number', 'size'),
  }),
  ...section('docker', under('containers[]', CONTAINER)),
  ...section('docker_allocs', {
    ...under('containers[]', CONTAINER),
    'containers[].cpu_pct': figure('percent of one processor, asked now'),
    'containers[].rss_mb': figure('memory of its own, asked now'),
    'containers[].mounts[]': field(
      'string',
      'a volume, or a path of the box; mounts is null when the engine could not be asked',
    ),
  }),
  ...section('host_volumes', {
    'folders[].name': field('string', 'below /srv/disinto'),
    'folders[].bytes': figure('its size, asked now'),
    'volumes[].host': field('string', 'box of its engine'),
    'volumes[].name': field('string', 'a volume of that engine'),
    'volumes[].bytes': figure('its size, asked now'),
  }),
  ...section('active_sessions', {
    'terminals[].session': field('string', 'tmux name'),
    'terminals[].place': place,
    'terminals[].state': field('string', 'busy waiting_human idle dead unknown'),
    'terminals[].quiet_s': field('number', 'seconds without output, when it was looked at'),
    'terminals[].attached': field('boolean', 'somebody is attached'),
    'terminals[].started_at': field('string', 'when it was started'),
    'terminals[].windows': field('number', 'how many windows it has'),
    'runs[].session': field('string', 'as a terminal would be called'),
    'runs[].place': place,
    'runs[].runner': field('string', 'alive dead unknown'),
    'runs[].waits_for': field('string', 'ci review human merge, or empty'),
    'runs[].status_text': field('string', 'what the agent said last'),
    'runs[].status_since': field('string', 'when it said so'),
  }),
  ...section('phase_files', {
    'files[].file': field('string', 'its name'),
    'files[].place': place,
    'files[].phase': field('string', 'without PHASE:, none when the file is empty, unreadable'),
    'files[].since': field('string', 'when it was written'),
    'files[].unreadable': field('boolean', 'it cannot be read now; the phase is the last one'),
  }),
  ...section('stale_phases', {
    'files[].file': field('string', 'an escalation'),
    'files[].number': field('number', 'its issue or pull request'),
    'files[].standing': field('string', 'stale: closed for over 24 h, grace: for less, kept: not known for sure'),
    'files[].closed_at': field('string', 'when that was closed'),
  }),
  ...section('lock_files', {
    'locks[].file': field('string', 'its name'),
    'locks[].place': place,
    'locks[].pid': field('number', '0 when it names none'),
    'locks[].owner': field('string', 'alive dead unknown'),
    'locks[].evidence': field('string', 'what decided that'),
    'locks[].locked_at': field('string', 'when it was written'),
    git_rebase_broken: field('boolean', 'a rebase in a clone was begun over 20 min ago, and nobody works there'),
  }),
  ...section('agent_logs', {
    'logs[].path': field('string', 'the file, with its container in front'),
    'logs[].agent': field('string', 'whose it is'),
    'logs[].project': field('string', 'empty when it is of all'),
    'logs[].written_at': field('string', 'when it was last written'),
    'logs[].signal': field('string', 'no_ready_issues run_started run_done skipped_memory agent_running, or empty'),
    'logs[].signal_at': field('string', 'when'),
    'logs[].no_ready_polls': field('number', 'polls in a row without an issue to work on'),
    'logs[].unread': field('string', 'why its last lines could not be read, or empty'),
    'logs[].tail[]': field('string', 'its last 15 lines, without secrets'),
  }),
  ...section('ci_pipelines[]', {
    project: field('string', 'name of the project'),
    'finished[].number': field('number', 'finished within 24 h'),
    'finished[].status': field('string', 'as Woodpecker says'),
    'finished[].branch': field('string', 'head branch'),
    'finished[].event': field('string', 'push pull_request …'),
    'finished[].minutes': field('number', 'whole minutes from start to end'),
    'finished[].finished_at': field('string', 'when it ended'),
    'stuck[]': field('number', 'pipelines that have been running for over 20 min'),
    'pending[]': field(
      'number',
      'pipelines that could have been run for over 30 min; what waits for approval is not among them',
    ),
  }),
  ...section('open_pulls[]', {
    project: field('string', 'name of the project'),
    'pulls[].number': field('number', 'pull request'),
    'pulls[].branch': field('string', 'head branch'),
    'pulls[].title': field('string', 'title'),
    'pulls[].updated_at': field('string', 'last change'),
    'pulls[].draft': field('boolean', 'work in progress'),
    'pulls[].ci_state': field('string', 'success pending warning failure, or empty'),
  }),
  ...section('issue_status[]', {
    project: field('string', 'name of the project'),
    backlog: field('number', 'open issues with that label, all of them'),
    in_progress: field('number', 'likewise'),
    blocked: field('number', 'likewise'),
  }),
  ...section('worktrees', {
    'worktrees[].name': field('string', 'base name'),
    'worktrees[].place': place,
    'worktrees[].active_at': field('string', 'last sign of work in it'),
    'worktrees[].kept': field('string', 'why it must stay, empty when nothing speaks for it'),
  }),
  ...section('blocked_issues', {
    'issues[].project': field('string', 'name of the project'),
    'issues[].number': field('number', 'issue'),
    'issues[].title': field('string', 'title'),
  }),
  ...section('escalation_replies', {
    'replies[].at': field('string', 'when; empty when the line does not say'),
    'replies[].from': field('string', 'who; likewise'),
    'replies[].said': field('string', 'words of the factory’s file, or verb and arguments of a command to the reactor'),
  }),
  ...section('vault_items', {
    'items[].file': field('string', 'its name'),
    'items[].title': field('string', 'first heading, or context'),
    'items[].tier': field('string', 'low medium high'),
    'items[].conforming': field('boolean', 'the factory can read it'),
  }),
  ...section('ci_agents', {
    health: field('string', 'healthy unhealthy unknown, the worst of them'),
    'agents[].name': field('string', 'at the server'),
    'agents[].container': field('string', 'its container, or empty'),
    'agents[].status': field('string', 'health of the container, else its state'),
    'agents[].started_at': field('string', 'when its container was started, or empty; asked now'),
    'agents[].health': field('string', 'healthy unhealthy unknown'),
    'agents[].evidence': field('string', 'what decided that'),
    'agents[].grpc_errors': figure('gRPC errors of the last 20 min in its log'),
    'agents[].fast_failures': field('number', 'pipelines that failed within 60 s, in the last 15 min'),
    'fast_failed[].repo': field('string', 'of such a pipeline of any agent'),
    'fast_failed[].number': field('number', 'its number'),
    'fast_failed[].seconds': field('number', 'how long it ran'),
  }),
  ...section('ci_agent_history', {
    'restarts[].container': field('string', 'container of an agent'),
    'restarts[].last_at': field('string', 'when it was last seen to start again, or empty'),
    'restarts[].since': field('string', 'how far back that was looked for'),
    noted_at: field('string', 'when the factory’s own supervisor noted that it restarted the agent, or empty'),
  }),
};
