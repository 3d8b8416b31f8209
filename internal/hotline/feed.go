package hotline

import (
	"context"
	"slices"
	"sync"
	"time"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/store"
)

const (
	// feedEvery is how soon an open page hears of a change that was committed anywhere.
	feedEvery = time.Second
	// feedLines is how many changes between two looks are told one by one; beyond it everybody looks anew.
	feedLines = 200
)

// feed wakes the open pages of this process when tickets change, on whichever node that was. It looks at the heads of
// the audit chains, which move with every event in the order of the commits, once a second for all pages together, and
// only while some page is open.
type feed struct {
	db *store.DB

	mu        sync.Mutex
	followers map[*Follower]bool
	running   bool
	heads     map[string]map[int64]int64     // centre → chain → number of the newest line that was told
	present   map[string]map[TicketID]string // centre → who has which ticket open
}

func newFeed(db *store.DB) *feed {
	return &feed{db: db, followers: map[*Follower]bool{}, heads: map[string]map[int64]int64{}, present: map[string]map[TicketID]string{}}
}

// Follower is an open page that wants to know of changes.
type Follower struct {
	feed    *feed
	centre  string
	ticket  TicketID // "" for every ticket of the centre
	wake    chan struct{}
	fresh   bool // has not been looked at by the feed yet
	changed []TicketID
	missed  bool // more changed than could be told
}

// Follow gives a follower of the changes of one ticket, or of every ticket of the actor's centre for "". It is told
// which tickets changed, not what they hold: the page asks as its reader, with that reader's permissions.
func (m *Module) Follow(ctx context.Context, ticket TicketID) (*Follower, error) {
	a := actor.From(ctx)
	if err := a.Require(PermRead); err != nil {
		return nil, err
	}
	f := &Follower{feed: m.feed, centre: a.CentreID, ticket: ticket, wake: make(chan struct{}, 1), fresh: true}
	m.feed.add(f)
	return f, nil
}

// Wake tells that Changed has something.
func (f *Follower) Wake() <-chan struct{} { return f.wake }

// Changed gives the tickets that changed since it was last asked, and whether there were more than could be told, so
// that everything is to be looked at.
func (f *Follower) Changed() (list []TicketID, all bool) {
	f.feed.mu.Lock()
	defer f.feed.mu.Unlock()
	list, all = f.changed, f.missed
	f.changed, f.missed = nil, false
	return list, all
}

// Stop ends the following.
func (f *Follower) Stop() {
	f.feed.mu.Lock()
	defer f.feed.mu.Unlock()
	delete(f.feed.followers, f)
}

// told adds a change; the feed is locked.
func (f *Follower) told(list []TicketID, all bool) {
	for _, t := range list {
		if !slices.Contains(f.changed, t) {
			f.changed = append(f.changed, t)
		}
	}
	if f.missed = f.missed || all || len(f.changed) > feedLines; f.missed {
		f.changed = nil
	}
	select {
	case f.wake <- struct{}{}:
	default: // it has not looked yet
	}
}

func (d *feed) add(f *Follower) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.followers[f] = true
	if !d.running {
		d.running = true
		go d.run()
	}
}

// run looks every second until nobody follows.
func (d *feed) run() {
	tick := time.NewTicker(feedEvery)
	defer tick.Stop()
	for {
		centres := d.centres()
		if centres == nil {
			return
		}
		// A database that does not answer is asked again at the next tick; pages keep what they show.
		_ = d.look(centres)
		<-tick.C
	}
}

// centres lists whose tickets are followed; nil ends the run.
func (d *feed) centres() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	var out []string
	for f := range d.followers {
		if !slices.Contains(out, f.centre) {
			out = append(out, f.centre)
		}
	}
	if d.running = out != nil; !d.running {
		clear(d.heads)
		clear(d.present)
	}
	return out
}

// look finds what changed since the last look and tells the followers.
func (d *feed) look(centres []string) error {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	var heads []audit.Head
	changed, present := map[string]change{}, map[string]map[TicketID]string{}
	err := d.db.Read(ctx, func(tx *store.Tx) (err error) {
		if heads, err = audit.HeadsOf(tx, centres); err != nil {
			return err
		}
		for _, c := range centres {
			if changed[c], err = d.since(tx, heads, c); err != nil {
				return err
			}
			if present[c], err = presenceNow(tx, c); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	d.tell(heads, changed, present)
	return nil
}

// change is what happened in a centre between two looks.
type change struct {
	tickets []TicketID
	all     bool
}

// since lists the tickets of the lines after those that were told. Where nothing was told yet there is nothing to tell:
// those who have just come look at once anyway. Only the run itself writes heads, so it may read them without the lock.
func (d *feed) since(tx *store.Tx, heads []audit.Head, centre string) (change, error) {
	var out change
	for _, h := range heads {
		told, known := d.heads[centre][h.Stream]
		if h.CentreID != centre || d.heads[centre] == nil || known && told == h.Seq {
			continue
		}
		list, err := audit.Touched(tx, h, told, "ticket", feedLines)
		if err != nil {
			return out, err
		}
		out.all = out.all || len(list) == feedLines
		for _, id := range list {
			if !slices.Contains(out.tickets, TicketID(id)) {
				out.tickets = append(out.tickets, TicketID(id))
			}
		}
	}
	return out, nil
}

func (d *feed) tell(heads []audit.Head, changed map[string]change, present map[string]map[TicketID]string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for f := range d.followers {
		c, looked := changed[f.centre]
		if !looked { // came while this look was under way
			continue
		}
		list := c.tickets
		if f.ticket != "" {
			list = slices.DeleteFunc(slices.Clone(list), func(t TicketID) bool { return t != f.ticket })
			if present[f.centre][f.ticket] != d.present[f.centre][f.ticket] {
				list = []TicketID{f.ticket}
			}
		}
		if len(list) > 0 || c.all || f.fresh {
			f.told(list, c.all || f.fresh)
		}
		f.fresh = false
	}
	for c := range present {
		d.heads[c] = map[int64]int64{}
	}
	for _, h := range heads {
		d.heads[h.CentreID][h.Stream] = h.Seq
	}
	d.present = present
}
