package cli

import (
	"net"
	"syscall"
)

// callerOf asks the kernel which user is at the other end of a socket.
func callerOf(conn *net.UnixConn) (uid int, err error) {
	raw, err := conn.SyscallConn()
	if err != nil {
		return -1, err
	}
	uid = -1
	var fault error
	err = raw.Control(func(fd uintptr) {
		cred, err := syscall.GetsockoptUcred(int(fd), syscall.SOL_SOCKET, syscall.SO_PEERCRED)
		if err != nil {
			fault = err
			return
		}
		uid = int(cred.Uid)
	})
	if err == nil {
		err = fault
	}
	return uid, err
}
