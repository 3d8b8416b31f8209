package e2e

import (
	"bytes"
	"encoding/gob"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
	"unsafe"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"yichuang/internal/clock"
	"yichuang/internal/hall"
	"yichuang/internal/needtest"
	"yichuang/internal/store"
)

// TestADayInTheHallWithTheNetworkCut runs a day of the queue where there is no outside: program and browser together in a network
// namespace that has nothing but its own loopback. A number is taken at the kiosk, called on the display, served at the window; the
// next morning what was left is closed. Whatever a page asks for, it asks the program for.
func TestADayInTheHallWithTheNetworkCut(t *testing.T) {
	whole(t)
	if !cutOff(t) {
		cut(t)
		return
	}
	if err := outside(); err == nil {
		t.Fatal("the outside is within reach")
	}
	browser(t)
	h := openHouse(t)
	asked := &requests{own: strings.TrimPrefix(h.url, "http://")}
	h.watched = asked.watch
	v := h.arrives(t)
	v.window.clicks("办完")
	v.window.sees("手上没有号")
	late := h.takes(t)
	h.clock.Set(clock.At(2026, 5, 15, 8, 40))
	var left hall.Ticket
	for end := time.Now().Add(patience); left.State != hall.Closed; time.Sleep(50 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("%s was not closed over night: %s", late, left.State)
		}
		left = h.number(t, late)
	}
	if left.Accurate {
		t.Error("a number that the night closed counts as accurate")
	}
	morning := h.staff(t, "mahua")
	morning.opens("/hall/desk")
	morning.sees("手上没有号")
	asked.Lock()
	defer asked.Unlock()
	if asked.n < 30 || len(asked.strange) > 0 {
		t.Errorf("%d requests, and these to others: %v", asked.n, asked.strange)
	}
}

// takes takes a number at the kiosk that nobody will call.
func (h *house) takes(t *testing.T) string {
	t.Helper()
	kiosk := h.window(t, 1080, 1700)
	kiosk.opens(h.devices(t)[hall.Kiosk])
	kiosk.clicks("社保就业")
	kiosk.sees("前面等候", "查询代码")
	return kiosk.text(".big-number")
}

// number reads a number of the day of the demonstration.
func (h *house) number(t *testing.T, no string) (out hall.Ticket) {
	t.Helper()
	err := h.app.DB.Read(h.system, func(tx *store.Tx) (err error) {
		out, err = store.Get[hall.Ticket](tx, "SELECT "+store.Columns[hall.Ticket]("")+" FROM hall_ticket WHERE centre_id = $1 AND no = $2 AND day = $3", shared.demo.Demo.Centre.ID, no, now.Date())
		return err
	})
	if err != nil {
		t.Fatal(no, err)
	}
	return out
}

// requests are what the pages of a test asked for.
type requests struct {
	sync.Mutex
	own     string // host and port of the program
	n       int
	strange []string
}

// watch looks at every request of a window.
func (r *requests) watch(p *person) {
	p.t.Helper()
	if _, err := chromedp.Call(p.ctx, network.Enable, network.EnableParams{}); err != nil {
		p.t.Fatal(err)
	}
	if err := chromedp.Listen(p.ctx, func(ev any) {
		q, ok := ev.(*network.EventRequestWillBeSent)
		if !ok {
			return
		}
		r.Lock()
		defer r.Unlock()
		r.n++
		if to, err := url.Parse(q.Request.URL); err != nil || to.Host != r.own && to.Scheme != "data" && to.Scheme != "blob" {
			r.strange = append(r.strange, q.Request.URL)
		}
	}); err != nil {
		p.t.Fatal(err)
	}
}

// cutOff reports whether this process has no network but its own loopback, which it brings up.
func cutOff(t *testing.T) bool {
	t.Helper()
	list, err := net.Interfaces()
	if err != nil {
		t.Fatal(err)
	}
	up := false
	for _, i := range list {
		if i.Flags&net.FlagLoopback == 0 {
			return false
		}
		up = up || i.Flags&net.FlagUp != 0
	}
	if !up {
		err = raise()
	}
	if err != nil {
		t.Fatal(err)
	}
	return true
}

// raise brings the loopback of a new namespace up.
func raise() error {
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_DGRAM, 0)
	if err != nil {
		return err
	}
	defer syscall.Close(fd)
	request := struct {
		name  [16]byte
		flags uint16
		_     [22]byte
	}{flags: syscall.IFF_UP | syscall.IFF_RUNNING}
	copy(request.name[:], "lo")
	if _, _, no := syscall.Syscall(syscall.SYS_IOCTL, uintptr(fd), syscall.SIOCSIFFLAGS, uintptr(unsafe.Pointer(&request))); no != 0 {
		return no
	}
	return nil
}

// outside tries to reach an address that is not of this machine.
func outside() error {
	c, err := net.DialTimeout("tcp", "192.0.2.1:80", time.Second)
	if err == nil {
		c.Close()
	}
	return err
}

// cut runs the test once more in a network namespace of its own, on the demonstration that there is already.
func cut(t *testing.T) {
	t.Helper()
	made := demonstrated{Dir: demonstration(t), Result: shared.demo}
	var b bytes.Buffer
	if err := gob.NewEncoder(&b).Encode(made); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "made")
	if err := os.WriteFile(file, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c := exec.CommandContext(t.Context(), self, "-test.run=^"+t.Name()+"$", "-test.v", "-demonstration="+file)
	c.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWUSER | syscall.CLONE_NEWNET,
		UidMappings: []syscall.SysProcIDMap{{HostID: os.Getuid(), Size: 1}}, GidMappings: []syscall.SysProcIDMap{{HostID: os.Getgid(), Size: 1}}}
	var out bytes.Buffer
	c.Stdout, c.Stderr = &out, &out
	err = c.Start()
	needtest.Have(t, err == nil, "no network namespaces on this machine")
	if err := c.Wait(); err != nil {
		t.Fatalf("%v\n%s", err, out.String())
	}
	if !strings.Contains(out.String(), "--- PASS: "+t.Name()) {
		t.Fatal(out.String())
	}
}
