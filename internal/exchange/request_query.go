package exchange

import (
	"context"
	"slices"

	"yichuang/internal/actor"
	"yichuang/internal/store"
)

// Sides of the list of requests.
const (
	SideOut = "out" // that the actor's unit or site makes
	SideIn  = "in"  // that are made to the actor's unit
)

// RequestFilter chooses share requests.
type RequestFilter struct {
	Side  string // of a unit's people; the centre's see all
	State State
	After string // id of the last one of the page before
	Limit int
}

// RequestRow is a request as a list shows it.
type RequestRow struct {
	Request
	Provider  string `json:"provider_name"`
	Requester string `json:"requester_name"`
}

// Requests lists share requests that the actor may see, newest first.
func (m *Module) Requests(ctx context.Context, f RequestFilter) (list []RequestRow, next string, err error) {
	a := actor.From(ctx)
	if err := a.Require(PermRead); err != nil {
		return nil, "", err
	}
	w := (&store.Where{}).And("centre_id = ?", a.CentreID)
	f.reach(w, a)
	if f.State != "" {
		w.And("state = ?", f.State)
	}
	if f.After != "" {
		w.And("id < ?", f.After)
	}
	n := f.Limit
	if n <= 0 || n > ListPage {
		n = ListPage
	}
	err = m.DB.Read(ctx, func(tx *store.Tx) error {
		list, err = store.Select[RequestRow](tx, "SELECT "+requestColumns+" FROM exchange_request"+w.SQL()+" ORDER BY id DESC LIMIT "+itoa(n+1), w.Args...)
		if err != nil {
			return err
		}
		if len(list) > n {
			list, next = list[:n], list[n-1].ID
		}
		return m.nameRequests(tx, a.CentreID, list)
	})
	return list, next, err
}

// reach narrows the list by one column, so that one index serves it.
func (f *RequestFilter) reach(w *store.Where, a *actor.Actor) {
	scope := a.Scope(PermRead)
	switch {
	case scope >= actor.Centre && f.Side == "":
		w.And("state <> ?", Draft)
	case f.Side == SideIn && scope >= actor.Unit && scope != actor.Site:
		store.In(w, "provider_id", units(a))
		w.And("state <> ?", Draft)
	case scope == actor.Unit || scope >= actor.Centre:
		store.In(w, "requester_id", units(a))
	case scope == actor.Site && a.SiteID != "" && f.Side != SideIn:
		w.And("site_id = ?", a.SiteID)
	default:
		w.And("1 = 0")
	}
}

func (m *Module) nameRequests(tx *store.Tx, centre string, list []RequestRow) error {
	return m.nameUnits(tx, centre, 2*len(list), func(i int) (string, *string) {
		r := &list[i/2]
		if i%2 == 0 {
			return r.ProviderID, &r.Provider
		}
		return r.RequesterID, &r.Requester
	})
}

// RequestSheet is a request with everything that the actor may see of it.
type RequestSheet struct {
	RequestRow
	Content  EntryContent `json:"content"` // of the version that was asked for
	Asked    []string     `json:"asked"`   // codes of the fields
	ForItems []string     `json:"for_items"`
	Events   []Event      `json:"events"`
	Alerting []Alert      `json:"alerts_given"`
	Grant    *Grant       `json:"grant,omitempty"`
	Allowed  []Action     `json:"allowed"`
	Why      string       `json:"why,omitempty"` // why the reviewer may not act
	items    []string
}

// ItemIDs are the ids of the items of the purpose.
func (s *RequestSheet) ItemIDs() []string { return s.items }

// FindRequest gives a request, if the actor may see it.
func (m *Module) FindRequest(ctx context.Context, id string) (RequestSheet, error) {
	a := actor.From(ctx)
	if err := a.Require(PermRead); err != nil {
		return RequestSheet{}, err
	}
	var s RequestSheet
	err := m.DB.Read(ctx, func(tx *store.Tx) error {
		r, err := loadRequest(tx, a.CentreID, id, "")
		if err != nil {
			return err
		}
		if !r.sees(a, PermRead) || r.State == Draft && !r.requesterSees(a, PermRead) {
			return ErrRequest.Hide()
		}
		s = RequestSheet{RequestRow: RequestRow{Request: r}, Asked: r.Fields(), items: r.Items()}
		return m.fillSheet(tx, a, &s)
	})
	return s, err
}

func (m *Module) fillSheet(tx *store.Tx, a *actor.Actor, s *RequestSheet) error {
	v, err := loadVersion(tx, a.CentreID, s.VersionID)
	if err != nil {
		return err
	}
	if s.Content, err = v.Content(); err != nil {
		return err
	}
	if s.Events, err = store.Select[Event](tx, "SELECT "+store.Columns[Event]("")+" FROM exchange_event WHERE centre_id = $1 AND request_id = $2 ORDER BY seq", a.CentreID, s.ID); err != nil {
		return err
	}
	if s.Alerting, err = store.Select[Alert](tx, "SELECT "+store.Columns[Alert]("")+" FROM exchange_alert WHERE centre_id = $1 AND request_id = $2 ORDER BY at, rung", a.CentreID, s.ID); err != nil {
		return err
	}
	if s.GrantID != "" {
		g, err := store.Get[Grant](tx, "SELECT "+grantColumns+" FROM exchange_grant WHERE centre_id = $1 AND id = $2", a.CentreID, s.GrantID)
		if err != nil {
			return err
		}
		s.Grant = &g
	}
	for _, id := range s.items {
		it, err := m.Item.ItemTx(tx, a.CentreID, id)
		if err != nil {
			return err
		}
		s.ForItems = append(s.ForItems, it.Name)
	}
	for _, t := range flow {
		if t.allows(a, &s.Request) {
			s.Allowed = append(s.Allowed, t.Action)
		}
	}
	if s.State == InReview && a.Can(PermReview) && !slices.Contains(s.Allowed, ActReturn) {
		s.Why = ErrConflict.Public
	}
	list := []RequestRow{s.RequestRow}
	err = m.nameRequests(tx, a.CentreID, list)
	s.RequestRow = list[0]
	return err
}

// GrantRow is a grant as a list shows it.
type GrantRow struct {
	Grant
	Provider  string `json:"provider_name"`
	Requester string `json:"requester_name"`
}

// GrantFilter chooses grants.
type GrantFilter struct {
	Side  string
	Ended bool
	After string // id of the last one of the page before
	Limit int
}

// GrantList lists grants that the actor may see, newest first.
func (m *Module) GrantList(ctx context.Context, f GrantFilter) (list []GrantRow, next string, err error) {
	a := actor.From(ctx)
	if err := a.Require(PermRead); err != nil {
		return nil, "", err
	}
	w := (&store.Where{}).And("centre_id = ?", a.CentreID)
	switch scope := a.Scope(PermRead); {
	case scope >= actor.Centre:
	case f.Side == SideIn && scope == actor.Unit:
		store.In(w, "provider_id", units(a))
	default:
		store.In(w, "requester_id", units(a))
	}
	w.And(map[bool]string{false: "open", true: "NOT open"}[f.Ended])
	if f.After != "" {
		w.And("id < ?", f.After)
	}
	n := f.Limit
	if n <= 0 || n > ListPage {
		n = ListPage
	}
	err = m.DB.Read(ctx, func(tx *store.Tx) error {
		list, err = store.Select[GrantRow](tx, "SELECT "+grantColumns+" FROM exchange_grant"+w.SQL()+" ORDER BY id DESC LIMIT "+itoa(n+1), w.Args...)
		if err != nil {
			return err
		}
		if len(list) > n {
			list, next = list[:n], list[n-1].ID
		}
		return m.nameUnits(tx, a.CentreID, 2*len(list), func(i int) (string, *string) {
			if i%2 == 0 {
				return list[i/2].ProviderID, &list[i/2].Provider
			}
			return list[i/2].RequesterID, &list[i/2].Requester
		})
	})
	return list, next, err
}
