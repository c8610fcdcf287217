# Ends a throwaway server and removes its directory once nobody holds the write end of standard input.
# $1 = directory, $2 = seconds to wait for another user before that
#
# Standard input is the named pipe $1/users. The kernel closes a process's end however it dies, so there is no
# count that could go stale. Lines written to it: `pid N` is the server's process id, `user` is somebody joining.
trap '' INT TERM HUP
dir=$1 linger=$2 pid=

until_unused() {
    while read -r word value; do
        if [ "$word" = pid ]; then pid=$value; fi
    done
}

until_unused
while [ "$linger" -gt 0 ] && sleep "$linger" && read -r _; do
    until_unused
done
# Without the pipe nobody new can join. Who opened it before this line keeps the server; who joins checks, after
# opening, that it is still there.
rm -f "$dir/users"
until_unused

pidfile=$dir/data/postmaster.pid
running() {
    # The number may belong to another process by now, unless the server's own file says so too.
    [ -n "$pid" ] && read -r first 2>/dev/null <"$pidfile" && [ "$first" = "$pid" ]
}
tries=0
while [ -n "$pid" ] && [ ! -e "$pidfile" ] && [ "$tries" -lt 20 ] && kill -0 "$pid" 2>/dev/null; do
    sleep 0.05 # killed in the middle of a start: the file is about to appear
    tries=$((tries + 1))
done
tries=0
while [ "$tries" -lt 200 ] && running; do
    kill -QUIT "$pid" 2>/dev/null
    sleep 0.05
    tries=$((tries + 1))
done
tries=0
until rm -rf -- "$dir" 2>/dev/null || [ "$tries" -ge 5 ]; do
    sleep 1 # an orphaned initdb may still be writing
    tries=$((tries + 1))
done
