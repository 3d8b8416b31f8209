package knowledgehttp

import (
	"context"
	"net/http"
	"slices"

	"yichuang/internal/clock"
	"yichuang/internal/knowledge"
	"yichuang/internal/rest"
)

// missesIn says since when.
type missesIn struct {
	Since clock.Date `query:"since" doc:"从哪一天起；不传为全部"`
}

// misses adds what was looked for in vain.
func (a api) misses(k *rest.Kit) {
	rest.Register(k, op(http.MethodGet, "/knowledge/misses", "查了没有的词，次数多的在前"), knowledge.PermGaps, func(ctx context.Context, in *missesIn) (*rest.Body[rest.Page[knowledge.Miss]], error) {
		list, err := a.Knowledge.Misses(ctx, in.Since)
		if err != nil {
			return nil, err
		}
		return rest.List(list, ""), nil
	})
}

// versionsIn names two versions of an entry.
type versionsIn struct {
	EntryIn
	From int64 `query:"from" minimum:"1" doc:"较早的版本号；不传为倒数第二版"`
	To   int64 `query:"to" minimum:"1" doc:"较新的版本号；不传为最后一版"`
}

// differencesOut is what two versions of an entry have different.
type differencesOut struct {
	From   int64                 `json:"from"`
	To     int64                 `json:"to"`
	Fields []knowledge.FieldDiff `json:"fields" doc:"每一项逐段的异同"`
}

// versions adds the differences between versions.
func (a api) versions(k *rest.Kit) {
	rest.Register(k, op(http.MethodGet, "/knowledge/entries/{no}/differences", "两个版本的差异"), knowledge.PermRead, func(ctx context.Context, in *versionsIn) (*rest.Body[differencesOut], error) {
		d, err := a.Knowledge.Find(ctx, in.No)
		if err != nil {
			return nil, err
		}
		newer, older := pickVersion(d.Versions, in.To, 0), pickVersion(d.Versions, in.From, 1)
		if newer == nil || older == nil {
			return nil, knowledge.ErrInput.Say("没有可以比较的两个版本：条目只有一版，或版本号不对。")
		}
		fields, err := desk{a.Deps}.differences(ctx, &older.Content, &newer.Content)
		if err != nil {
			return nil, err
		}
		return rest.OK(differencesOut{older.N, newer.N, fields}), nil
	})
}

// pickVersion gives the version of a number, or where none is named the one at a place counted from the newest.
func pickVersion(list []knowledge.Version, n int64, fallback int) *knowledge.Version {
	if n != 0 {
		fallback = slices.IndexFunc(list, func(v knowledge.Version) bool { return v.N == n })
	}
	if fallback < 0 || fallback >= len(list) {
		return nil
	}
	return &list[fallback]
}
