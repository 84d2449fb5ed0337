. "$(dirname "$0")/lib.sh"
start_peer "$work/peer"
{ dyndns2 home.example.net; }| config "$work/run"
strace -r -e trace=poll,read,close -o /tmp/peer/st "$exe" -v -c "$work/run/ddns.cfg" run > "$work/run/log" 2>&1 < /dev/null &
p=$!
pids="$pids $p"
wait_for 5 grep -q 'live' $work/run/log; sleep 1
echo 203.0.113.50 > $work/peer/address; pkill -HUP -P $p; sleep 6
