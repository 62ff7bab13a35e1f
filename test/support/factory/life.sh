# What agents leave behind: an escalation of yesterday, an SDK run, a lock that lives and one that died, a clone on the wrong branch
# with a worktree, a log, a guard, a one-shot agent and a terminal that asks a person. Runs until it is stopped.
set -e
trap 'exit 0' TERM
home=/home/agent
cd /tmp
printf 'PHASE:escalate\nReason: ci_exhausted after 3 attempts\n' >dev-session-harb-42.phase
touch -d '25 hours ago' dev-session-harb-42.phase
printf '11111111-2222-3333-4444-555555555555' >dev-session-harb-43.sid
printf '[%s UTC] dev-agent #43: waiting for review\n' "$(date -u '+%F %T')" >dev-agent-status-harb
sleep infinity &
echo $! >planner-run.lock
(exit 0) &
wait $!
echo $! >dev-agent-harb.lock
touch -d '10 minutes ago' dev-agent-harb.lock
mkdir -p $home/data/logs/dev $home/repos/_factory/state
echo "[$(date -u '+%F %T') UTC] poll: no ready issues" >$home/data/logs/dev/dev-agent-harb.log
touch $home/repos/_factory/state/.dev-active
git init -q -b main $home/repos/harb
cd $home/repos/harb
git -c user.name=agent -c user.email=agent@example.invalid commit -q --allow-empty -m 'Begin'
git worktree prune
git worktree add -q -B fix/issue-42 /tmp/harb-worktree-42
cd /tmp/harb-worktree-42
bash -c 'exec -a claude sh -c "sleep infinity" -p' &
tmux -u new-session -d -s dev-harb-42 "printf 'Do you want to proceed?\n❯ 1. Yes\n  2. No\n'; exec sleep infinity"
touch /tmp/alive
sleep infinity &
wait $!
