// Package sms hands short messages (短信) to the service of the centre that sends them. There are two doors: a file, into
// which every message is written as a line of JSON for another program to fetch, and an address, to which every message
// is posted as JSON. The package knows no operator and keeps no message; that a door took a message does not mean that it
// arrived.
package sms

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync"
	"time"

	"yichuang/internal/errs"
)

// Errors of the doors.
var (
	ErrTarget  = errs.New(errs.Invalid, "sms.target", "短信网关应写成 file:文件路径、http://地址 或 https://地址。")
	ErrFile    = errs.New(errs.Unavailable, "sms.file", "短信没有写进文件，请检查文件夹权限和磁盘空间。")
	ErrNetwork = errs.New(errs.Unavailable, "sms.network", "短信网关没有回应，稍后再试。")
	ErrRefused = errs.New(errs.Unavailable, "sms.refused", "短信网关没有接受这条短信。")
)

// Send hands one text for one number to a door.
type Send func(ctx context.Context, phone, text string) error

// patience is how long the service may take for one message.
const patience = 10 * time.Second

// Open gives the door of a target: "file:PATH", "http://…" or "https://…"; a nil Send for "".
func Open(target string) (Send, error) {
	switch path, isFile := strings.CutPrefix(target, "file:"); {
	case target == "":
		return nil, nil
	case isFile && path != "":
		return (&file{path: path}).send, nil
	}
	u, err := url.Parse(target)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, ErrTarget
	}
	return (&address{target, &http.Client{Timeout: patience}}).send, nil
}

// message is what both doors are given.
type message struct {
	Phone string `json:"phone"`
	Text  string `json:"text"`
}

// file is the door of a file that only grows.
type file struct {
	path string
	mu   sync.Mutex
}

func (f *file) send(_ context.Context, phone, text string) error {
	line, err := json.Marshal(message{phone, text})
	if err != nil {
		return ErrFile.Wrap(err)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	to, err := os.OpenFile(f.path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return ErrFile.Wrap(err)
	}
	defer to.Close()
	if _, err := to.Write(append(line, '\n')); err != nil {
		return ErrFile.Wrap(err)
	}
	if err := to.Sync(); err != nil {
		return ErrFile.Wrap(err)
	}
	return nil
}

// address is the door of a service.
type address struct {
	url    string
	client *http.Client
}

func (a *address) send(ctx context.Context, phone, text string) error {
	body, err := json.Marshal(message{phone, text})
	if err != nil {
		return ErrNetwork.Wrap(err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, a.url, bytes.NewReader(body))
	if err != nil {
		return ErrNetwork.Wrap(err)
	}
	req.Header.Set("Content-Type", "application/json; charset=utf-8")
	res, err := a.client.Do(req)
	if err != nil {
		return ErrNetwork.Wrap(err)
	}
	defer res.Body.Close()
	io.Copy(io.Discard, io.LimitReader(res.Body, 64<<10)) //nolint:errcheck // only so that the connection can be used again
	if res.StatusCode/100 != 2 {
		return ErrRefused.Say("短信网关没有接受这条短信（状态 %d）。", res.StatusCode)
	}
	return nil
}
