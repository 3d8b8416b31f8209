package rating

import (
	"context"
	"strings"

	"yichuang/internal/actor"
	"yichuang/internal/casework"
	"yichuang/internal/crypt"
	"yichuang/internal/store"
)

// standardRow is a rating in force with the service that it is about.
type standardRow struct {
	Rating
	No       string `db:"no"`
	Division string `db:"division"`
}

// standardChannels are the standard's words of channels (GB/T 39046-2020 表 9).
var standardChannels = map[Channel]string{AtWindow: "二维码", OnProgress: "PC端", ByPhone: "电话", AtKiosk: "政务大厅其他终端", ByMessage: "短信"}

// StandardRatings gives the ratings of a period as the set of GB/T 39046-2020 has them (表 9), those that were excluded with the reason.
// The number of a case leads to the rater, so it takes PermIdentity; of the own work and the own unit neither is given (invariant
// I10). Names are masked, and texts as they are kept without what tells who wrote them, unless they are asked for in the clear.
func (m *Module) StandardRatings(ctx context.Context, in casework.ExportInput, add func(casework.Facts) error) error {
	a := actor.From(ctx)
	if err := a.Require(PermIdentity); err != nil {
		return err
	}
	at, after := in.From.Start(), ""
	for {
		var rows []standardRow
		var out []casework.Facts
		err := m.db.Read(ctx, func(tx *store.Tx) (err error) {
			out = nil
			rows, err = store.Select[standardRow](tx, "SELECT "+store.Columns[Rating]("r.")+`, s.no, c.division FROM rating_rating r JOIN rating_service s ON s.centre_id = r.centre_id AND s.id = r.service_id JOIN org_centre c ON c.centre_id = r.centre_id
				WHERE r.centre_id = $1 AND r.current AND r.at >= $2 AND r.at < $3 AND (r.at > $2 OR r.id > $4) ORDER BY r.at, r.id LIMIT `+itoa(maxPage), a.CentreID, at, in.To.End(), after)
			for i := 0; i < len(rows) && err == nil; i++ {
				var f casework.Facts
				f, err = m.standardRating(tx, a, in.Personal, &rows[i])
				out = append(out, f)
			}
			return err
		})
		for _, f := range out {
			if err == nil {
				err = add(f)
			}
		}
		if err != nil || len(rows) < maxPage {
			return err
		}
		at, after = rows[len(rows)-1].At, rows[len(rows)-1].ID
	}
}

func (m *Module) standardRating(tx *store.Tx, a *actor.Actor, clear bool, r *standardRow) (casework.Facts, error) {
	f := casework.Facts{"评价渠道": standardChannels[r.Channel], "评价时间": r.At, "评价次数": r.Version, "满意度": r.Level.Label(), "满意度代码": int64(r.Level), "文字评价": r.Text, "行政区划": r.Division, "评价标签": strings.Join(r.LabelNames(), "、"), "是否有效": r.Valid, "剔除原因": r.Ground.Label()}
	if a.UserID == r.StaffID || r.UnitID != "" && a.HasUnit(r.UnitID) {
		return f, nil
	}
	f["办件编号"] = r.No
	if r.RaterID != "" {
		who, err := m.contact(tx, r.CentreID, r.RaterID)
		if err != nil {
			return nil, err
		}
		f["评价人"] = crypt.MaskName(who.Name)
		if clear {
			f["评价人"] = who.Name
		}
	}
	if clear && len(r.TextEnc) > 0 {
		text, err := m.keys.Open(r.TextEnc)
		if err != nil {
			return nil, err
		}
		f["文字评价"] = text
	}
	return f, nil
}

// StandardConsults gives the consultations of a period (表 10, 咨询) that were noted at the windows: what was asked about, by whom it
// was answered and when. Who asked is not noted, and an answer at the window is given as it is asked.
func (m *Module) StandardConsults(ctx context.Context, in casework.ExportInput, add func(casework.Facts) error) error {
	a := actor.From(ctx)
	if err := a.Require(PermRead); err != nil {
		return err
	}
	at, after := in.From.Start(), ""
	for {
		var list []Service
		var names map[string]string
		division := ""
		err := m.db.Read(ctx, func(tx *store.Tx) error {
			c, err := m.org.CentreTx(tx, a.CentreID)
			if err != nil {
				return err
			}
			division = c.Division
			if list, err = store.Select[Service](tx, "SELECT "+serviceColumns+` FROM rating_service WHERE centre_id = $1 AND at >= $2 AND at < $3 AND kind = $4 AND (at > $2 OR id > $5) ORDER BY at, id LIMIT `+itoa(maxPage),
				a.CentreID, at, in.To.End(), OfConsult, after); err != nil {
				return err
			}
			var staff []string
			for i := range list {
				staff = append(staff, list[i].StaffID)
			}
			names, err = m.org.UserNamesTx(tx, a.CentreID, staff)
			return err
		})
		for i := range list {
			s := &list[i]
			if err == nil {
				err = add(casework.Facts{"咨询编码": s.No, "咨询标题": Scrub(strings.TrimPrefix(s.Title, "咨询：")), "咨询内容": Scrub(strings.TrimPrefix(s.Title, "咨询：")), "咨询时间": s.At, "处理时间": s.At, "处理人": names[s.StaffID], "超期天数": 0, "行政区划": division})
			}
		}
		if err != nil || len(list) < maxPage {
			return err
		}
		at, after = list[len(list)-1].At, list[len(list)-1].ID
	}
}
