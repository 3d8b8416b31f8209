package calendar

import (
	"context"
	"fmt"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/store"
)

// Warning tells the administrator what the calendar lacks.
type Warning struct {
	Code string `json:"code"` // missing_year, missing_local, unconfirmed_days, unconfirmed_hours
	Year int    `json:"year,omitempty"`
	Text string `json:"text"`
}

// Urgent reports whether deadlines are provisional, or soon will be, for want of a year's days.
func (w Warning) Urgent() bool { return w.Code == "missing_year" || w.Code == "missing_local" }

// warnFrom is when next year's national notice is asked for: it has come out between late October and mid-November.
const warnFrom MonthDay = 1101

// Warnings lists what is missing or unconfirmed for the actor's centre: this year's national days at any time, next
// year's national and local days from 1 November on, and what the seed brought along unconfirmed.
func (m *Module) Warnings(tx *store.Tx, now clock.Instant) ([]Warning, error) {
	centre := actor.From(tx.Context()).CentreID
	today := now.Date()
	live, err := store.Select[Revision](tx, "SELECT "+store.Columns[Revision]("")+" FROM calendar_revision WHERE centre_id = $1 AND superseded_by = '' AND year >= $2 ORDER BY year, layer, area_code",
		centre, today.Year())
	if err != nil {
		return nil, err
	}
	have := map[scope]bool{}
	for _, r := range live {
		have[scope{r.Layer, r.Area, int(r.Year)}] = true
	}
	out := missingYears(have, live, today)
	for _, r := range live {
		if !r.Confirmed {
			out = append(out, Warning{"unconfirmed_days", int(r.Year), fmt.Sprintf("%d 年%s %s 的放假安排是按惯例预置的，未经确认。请核对当年通知后导入。", r.Year, r.Layer.Label(), r.Area)})
		}
	}
	hours, err := m.unconfirmedHours(tx, centre)
	return append(out, hours...), err
}

func missingYears(have map[scope]bool, live []Revision, today clock.Date) []Warning {
	var out []Warning
	year := today.Year()
	national := func(y int, text string) {
		if !have[scope{National, "", y}] {
			out = append(out, Warning{"missing_year", y, fmt.Sprintf(text, y)})
		}
	}
	national(year, "%d 年全国放假安排尚未导入，时限暂按周末双休计算并标注“暂定”。请尽快导入。")
	if monthDayOf(today) < warnFrom {
		return out
	}
	national(year+1, "%d 年全国放假安排尚未导入，跨年时限暂按周末双休计算并标注“暂定”。通知发布后请及时导入。")
	for _, r := range live {
		if r.Layer != National && int(r.Year) == year && !have[scope{r.Layer, r.Area, year + 1}] {
			out = append(out, Warning{"missing_local", year + 1, fmt.Sprintf("%d 年%s %s 的地方放假安排尚未导入。", year+1, r.Layer.Label(), r.Area)})
		}
	}
	return out
}

func (m *Module) unconfirmedHours(tx *store.Tx, centre string) ([]Warning, error) {
	list, err := store.Select[HoursVersion](tx, "SELECT "+store.Columns[HoursVersion]("")+" FROM calendar_hours WHERE centre_id = $1 AND superseded_by = '' AND NOT confirmed ORDER BY id", centre)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return []Warning{{"unconfirmed_hours", 0, "办公时间是预置的（08:30–12:00、14:30–18:00），未经确认。请按本地文件核对后发布。"}}, nil
}

// Warn is Warnings as a use case, for pages. It needs calendar.day.read.
func (m *Module) Warn(ctx context.Context) ([]Warning, error) {
	if err := actor.From(ctx).Require(PermDayRead); err != nil {
		return nil, err
	}
	var out []Warning
	err := m.db.Read(ctx, func(tx *store.Tx) (err error) {
		out, err = m.Warnings(tx, tx.Now())
		return err
	})
	return out, err
}
