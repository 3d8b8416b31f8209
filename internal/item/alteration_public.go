package item

import (
	"context"
	"slices"
	"strings"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/store"
)

// PublicAlteration (变动公告) is a published alteration as everybody may read it: what, from which day, why and by which department,
// and nothing of who drafted, reviewed and published it.
type PublicAlteration struct {
	ID         string         `json:"id"`
	Kind       AlterationKind `json:"kind"`
	Day        clock.Date     `json:"day"` // first day on which it holds
	Reason     string         `json:"reason"`
	Unit       string         `json:"unit"`
	Items      []PublicItem   `json:"items"`
	Successors []PublicItem   `json:"successors"`
}

// PublicItem is an item that an announcement names; its guide is found by its id.
type PublicItem struct {
	ID   string `json:"id"`
	Code string `json:"code"`
	Name string `json:"name"`
}

// public is an alteration as everybody may read it.
func (x *Altered) public() PublicAlteration {
	a := &x.Alteration
	return PublicAlteration{ID: a.ID, Kind: a.Kind, Day: a.Day, Reason: a.Reason, Unit: x.Unit, Items: publicItems(x.Items), Successors: publicItems(x.Successors)}
}

func publicItems(list []Item) []PublicItem {
	out := make([]PublicItem, len(list))
	for i, it := range list {
		out[i] = PublicItem{ID: it.ID, Code: it.Code, Name: it.Name}
	}
	return out
}

// Text says in one sentence what becomes of the items, as the window and the public are told.
func (x *PublicAlteration) Text() string {
	var names, to []string
	for _, it := range x.Items {
		names = append(names, it.Name)
	}
	for _, it := range x.Successors {
		to = append(to, "“"+it.Name+"”（"+it.Code+"）")
	}
	s := "“" + strings.Join(names, "”、“") + "”自 " + x.Day.String() + " 起" + x.Kind.Label()
	if len(to) == 0 {
		return s + "，原因：" + x.Reason
	}
	return s + "为" + strings.Join(to, "、")
}

// PublishedAlterations lists the published alterations of the actor's centre, the newest first; it is public.
func (m *Module) PublishedAlterations(ctx context.Context, after string) (list []PublicAlteration, next string, err error) {
	w := (&store.Where{}).And("centre_id = ?", actor.From(ctx).CentreID).And("state = ?", Published)
	found, next, err := m.alterations(ctx, w, AlterationFilter{After: after, Limit: 20})
	list = make([]PublicAlteration, len(found))
	for i := range found {
		list[i] = found[i].public()
	}
	return list, next, err
}

// telling chooses among the published alterations of an item, the newest first, the one that says how it stands on a day: the newest
// whose day has come; where none has, or that one resumed it, the nearest to come. -1 where there is none.
func telling(list []Alteration, day clock.Date) int {
	next := -1
	for i := range list {
		switch x := &list[i]; {
		case x.Day > day && (x.Kind == Resuming || next >= 0 && list[next].Day <= x.Day):
		case x.Day > day:
			next = i
		case x.Kind == Resuming:
			return next
		default:
			return i
		}
	}
	return next
}

// alteredTx gives the published alteration that says why an item is not in force on a day, or until when it is; nil where there is
// none. What was published before the version that stands on the day is over.
func (m *Module) alteredTx(tx *store.Tx, centre, item string, versions []Version, day clock.Date) (*PublicAlteration, error) {
	list, err := publishedAlterations(tx, centre, item)
	if err != nil {
		return nil, err
	}
	if v := standing(versions, day); v >= 0 {
		since := versions[v].PublishedAt
		list = slices.DeleteFunc(list, func(x Alteration) bool { return x.PublishedAt < since })
	}
	i := telling(list, day)
	if i < 0 {
		return nil, nil
	}
	out, err := m.withItems(tx, list[i:i+1])
	if err != nil {
		return nil, err
	}
	x := out[0].public()
	return &x, nil
}
