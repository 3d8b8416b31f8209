package storetest

import "yichuang/internal/store/pgserver"

// Server is a scratch PostgreSQL server of this process.
type Server = pgserver.Server

// NewServer is pgserver.New.
func NewServer(dir string, settings ...string) (*Server, error) {
	return pgserver.New(dir, settings...)
}

func startServer() (string, error) {
	s, err := pgserver.New("", "fsync=off", "full_page_writes=off", "shared_buffers=64MB", "max_connections=200")
	if err != nil {
		return "", err
	}
	return s.URL, nil
}
