package hotlinehttp_test

import (
	"bufio"
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"yichuang/internal/hotline"
)

// streams is how many pages are open at once in a busy office: each of ten people with a few lists and tickets.
const streams = 50

// opened is one open page: when it was last told something.
type opened struct {
	mu   sync.Mutex
	at   time.Time
	last string
}

func (o *opened) told() (time.Time, string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.at, o.last
}

// follow opens a stream as a signed-in user.
func follow(t *testing.T, url, user, path string) *opened {
	t.Helper()
	jar, _ := cookiejar.New(nil)
	client := &http.Client{Jar: jar, Transport: &http.Transport{}}
	res, err := client.Post(url+"/webtest/in/"+user, "", nil)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	r, _ := http.NewRequest("GET", url+path, nil)
	r.Header.Set("Accept", "text/event-stream")
	if res, err = client.Do(r); err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("%s: %v, %v", path, res, err)
	}
	t.Cleanup(func() { res.Body.Close() })
	o := &opened{}
	go func() {
		for in := bufio.NewScanner(res.Body); in.Scan(); {
			if data, ok := strings.CutPrefix(in.Text(), "data: "); ok {
				o.mu.Lock()
				o.at, o.last = time.Now(), data
				o.mu.Unlock()
			}
		}
	}()
	return o
}

// spent is the processor time of this process so far.
func spent(t *testing.T) time.Duration {
	t.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// TestFiftyOpenPagesAreCheap opens 50 live pages, half of them lists and half of one ticket, and measures what they cost
// while nothing happens, and how soon all of them hear of a change.
func TestFiftyOpenPagesAreCheap(t *testing.T) {
	if testing.Short() {
		t.Skip("measures for ten seconds")
	}
	o := newOffice(t)
	tk := o.Ticket(t, hotline.Draft)
	server := httptest.NewServer(o.Pages.Handler())
	t.Cleanup(func() { o.Pages.EndStreams(); server.Close() })
	var pages []*opened
	for i := range streams {
		path := fmt.Sprintf("/hotline/live?queue=TRIAGE&since=%d", o.Clock.Now()-1000)
		if i%2 == 1 {
			path = ticketLive(tk)
		}
		pages = append(pages, follow(t, server.URL, []string{agent, dispatcher, reviewer, callbacker, supervisor}[i%5], path))
	}
	time.Sleep(2 * time.Second)
	before, from := spent(t), time.Now()
	time.Sleep(5 * time.Second)
	idle := float64(spent(t)-before) / float64(time.Since(from)) * 100
	var delays []time.Duration
	for round := range 3 {
		start := time.Now()
		busy := o.Ticket(t, hotline.Triage)
		if round == 0 {
			o.MoveTo(t, tk, hotline.Triage)
		} else if _, err := o.Hotline.Comment(o.World.As(t, "dispatcher"), hotline.Command{TicketID: tk.ID}, fmt.Sprint("第", round, "次")); err != nil {
			t.Fatal(err)
		}
		for i, p := range pages {
			for at, last := p.told(); at.Before(start) || i%2 == 0 && !strings.Contains(last, busy.No); at, last = p.told() {
				if time.Since(start) > time.Minute {
					t.Fatalf("page %d was told nothing new: %s", i, last)
				}
				time.Sleep(5 * time.Millisecond)
			}
			at, _ := p.told()
			delays = append(delays, at.Sub(start))
		}
		time.Sleep(300 * time.Millisecond)
	}
	slices.Sort(delays)
	t.Logf("%d open pages: %.2f %% of one processor while nothing happens; told after p50 %v, p95 %v, at most %v", streams, idle,
		delays[len(delays)/2].Round(time.Millisecond), delays[len(delays)*95/100].Round(time.Millisecond), delays[len(delays)-1].Round(time.Millisecond))
	if idle > 25 {
		t.Errorf("open pages cost %.1f %% of a processor while nothing happens", idle)
	}
}

func ticketLive(t hotline.Ticket) string { return path(t, "/live?seen=1") }
