package hotlinehttp

import (
	"context"
	"net/http"
	"strconv"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/hotline"
	"yichuang/internal/hotline/desk"
	"yichuang/internal/rest"
)

// supervisionList chooses supervisions.
type supervisionList struct {
	rest.Paging
	Done  bool   `query:"done" doc:"已结的；不传为未结的"`
	Level string `query:"level" enum:"1,2,3" doc:"级别：1 日常督办，2 挂牌督办，3 约谈督办"`
	Unit  string `query:"unit" maxLength:"40" doc:"承办单位编号"`
}

// superviseBody is what a supervisor demands.
type superviseBody struct {
	Level  int    `json:"level" minimum:"1" maximum:"3" doc:"级别：1 日常督办，2 挂牌督办，3 约谈督办"`
	Cause  string `json:"cause" maxLength:"40" doc:"督办情形，如 逾期未办结"`
	Demand string `json:"demand" maxLength:"8000" doc:"督办要求"`
}

func (b superviseBody) input() hotline.SupervisionInput {
	return hotline.SupervisionInput{Level: b.Level, Cause: b.Cause, Demand: b.Demand}
}

// supervisionChange addresses a supervision for a change.
type supervisionChange[B any] struct {
	rest.ID
	rest.IdempotencyKey
	Body B
}

// onSupervision registers POST /supervisions/{id}/<verb>.
func onSupervision[B any](a api, k *rest.Kit, verb, summary string, perm actor.Permission, do func(context.Context, hotline.Command, hotline.SupervisionID, B) (hotline.Supervision, error)) {
	rest.Register(k, op(http.MethodPost, "/supervisions/{id}/"+verb, summary), perm, func(ctx context.Context, in *supervisionChange[B]) (*rest.Body[hotline.Supervision], error) {
		id := hotline.SupervisionID(in.ID.ID)
		found, err := a.Desk.Supervision(ctx, id)
		if err != nil {
			return nil, err
		}
		s, err := do(ctx, hotline.Command{TicketID: found.TicketID, Key: in.IdempotencyKey.IdempotencyKey}, id, in.Body)
		if err != nil {
			return nil, err
		}
		return rest.OK(s), nil
	})
}

// registerSupervisions adds supervision, the list of what is overdue, answers to cards, and the duty roster.
func (a api) registerSupervisions(k *rest.Kit) {
	rest.Register(k, op(http.MethodGet, "/urging", "催办清单：快到期还没有答复的承办件，和电话催办的记录"), hotline.PermUrge, func(ctx context.Context, in *struct {
		rest.Paging
		Hours    int    `query:"hours" minimum:"0" maximum:"240" doc:"多少小时以内到期；不传按办理参数"`
		Uncalled bool   `query:"uncalled" doc:"只要还没有电话催办过的"`
		Unit     string `query:"unit" maxLength:"40" doc:"承办单位编号"`
	}) (*rest.Body[rest.Page[desk.UrgeRow]], error) {
		rows, next, _, err := a.Desk.DueSoon(ctx, desk.UrgeFilter{Hours: in.Hours, Uncalled: in.Uncalled, UnitID: in.Unit, After: in.After, Limit: in.Limit})
		if err != nil {
			return nil, err
		}
		return rest.List(rows, next), nil
	})
	rest.Register(k, op(http.MethodGet, "/supervisions", "督办：未结的按答复时限，已结的按时间"), hotline.PermRead, func(ctx context.Context, in *supervisionList) (*rest.Body[rest.Page[desk.SupervisionRow]], error) {
		level, _ := strconv.Atoi(in.Level)
		rows, next, err := a.Desk.Supervisions(ctx, desk.SupervisionFilter{Done: in.Done, Level: level, UnitID: in.Unit, After: in.After, Limit: in.Limit})
		if err != nil {
			return nil, err
		}
		return rest.List(rows, next), nil
	})
	rest.Register(k, op(http.MethodGet, "/supervisions/{id}", "一件督办"), hotline.PermRead, func(ctx context.Context, in *struct{ rest.ID }) (*rest.Body[desk.SupervisionRow], error) {
		s, err := a.Desk.Supervision(ctx, hotline.SupervisionID(in.ID.ID))
		if err != nil {
			return nil, err
		}
		return rest.OK(s), nil
	})
	rest.Register(k, op(http.MethodPost, "/tickets/{id}/supervise", "发起督办"), hotline.PermSupervise, func(ctx context.Context, in *changeWith[superviseBody]) (*rest.Body[hotline.Supervision], error) {
		cmd, err := in.Change.command(false)
		if err != nil {
			return nil, err
		}
		s, err := a.m.Supervise(ctx, cmd, in.Body.input())
		if err != nil {
			return nil, err
		}
		return rest.OK(s), nil
	})
	onSupervision(a, k, "reply", "督办答复（承办单位分管负责人）", hotline.PermSuperviseReply, func(ctx context.Context, cmd hotline.Command, id hotline.SupervisionID, b textBody) (hotline.Supervision, error) {
		return a.m.ReplySupervision(ctx, cmd, id, b.Text)
	})
	onSupervision(a, k, "return", "退回督办答复", hotline.PermSupervise, func(ctx context.Context, cmd hotline.Command, id hotline.SupervisionID, b textBody) (hotline.Supervision, error) {
		return a.m.ReturnSupervision(ctx, cmd, id, b.Text)
	})
	onSupervision(a, k, "close", "核结督办", hotline.PermSupervise, func(ctx context.Context, cmd hotline.Command, id hotline.SupervisionID, b textBody) (hotline.Supervision, error) {
		return a.m.CloseSupervision(ctx, cmd, id, b.Text)
	})
	onSupervision(a, k, "raise", "升级督办", hotline.PermSupervise, func(ctx context.Context, cmd hotline.Command, id hotline.SupervisionID, b superviseBody) (hotline.Supervision, error) {
		return a.m.RaiseSupervision(ctx, cmd, id, b.input())
	})
	a.registerOverdue(k)
	a.registerVisits(k)
	a.registerDuty(k)
}

// overdueAnswer is a page of what is overdue with the numbers of the units.
type overdueAnswer struct {
	Units []desk.OverdueUnit         `json:"units"`
	Legs  rest.Page[desk.OverdueRow] `json:"legs"`
}

func (a api) registerOverdue(k *rest.Kit) {
	rest.Register(k, op(http.MethodGet, "/overdue", "超期公示：各单位件数和超期的承办件，不含诉求内容"), hotline.PermOverdue, func(ctx context.Context, in *struct {
		rest.Paging
		Unit string `query:"unit" maxLength:"40" doc:"承办单位编号"`
	}) (*rest.Body[overdueAnswer], error) {
		var out overdueAnswer
		var err error
		if out.Units, err = a.Desk.OverdueUnits(ctx); err != nil {
			return nil, err
		}
		rows, next, err := a.Desk.OverdueLegs(ctx, desk.OverdueFilter{UnitID: in.Unit, After: in.After, Limit: in.Limit})
		if err != nil {
			return nil, err
		}
		out.Legs = rest.List(rows, next).Body
		return rest.OK(out), nil
	})
	onNotice(a, k, "answer", "承办单位对提醒作说明", hotline.PermAnswer, func(ctx context.Context, id, text string) error { return a.Desk.AnswerNotice(ctx, id, text) })
	onNotice(a, k, "lift", "解除提醒（不能解除本单位的）", hotline.PermLift, func(ctx context.Context, id, text string) error { return a.Desk.LiftNotice(ctx, id, text) })
}

// onNotice registers POST /notices/{id}/<verb>.
func onNotice(a api, k *rest.Kit, verb, summary string, perm actor.Permission, do func(ctx context.Context, id, text string) error) {
	o := op(http.MethodPost, "/notices/{id}/"+verb, summary)
	o.DefaultStatus = http.StatusNoContent
	rest.Register(k, o, perm, func(ctx context.Context, in *struct {
		rest.ID
		Body textBody
	}) (*rest.Nothing, error) {
		return nil, do(ctx, in.ID.ID, in.Body.Text)
	})
}

// dutyBody is the roster of one day.
type dutyBody struct {
	People []string `json:"people" doc:"值班领导的用户名或姓名；空为不安排" maxItems:"10"`
	Note   string   `json:"note,omitempty" maxLength:"60" doc:"备注"`
}

func (a api) registerDuty(k *rest.Kit) {
	rest.Register(k, op(http.MethodGet, "/duty", "值班表：没有安排的日子，紧急提醒发给全部中心领导"), hotline.PermDutyRead, func(ctx context.Context, in *struct {
		From clock.Date `query:"from" doc:"起（含）；不传为今天"`
		To   clock.Date `query:"to" doc:"止（含）；不传为起后 31 天"`
	}) (*rest.Body[[]hotline.Duty], error) {
		from, to := in.From, in.To
		if from <= 0 {
			from = a.m.Today()
		}
		if to < from || to > from+366 {
			to = from + 31
		}
		list, err := a.m.DutyRoster(ctx, from, to)
		if err != nil {
			return nil, err
		}
		return rest.OK(list), nil
	})
	o := op(http.MethodPut, "/duty/{day}", "安排一天的值班领导")
	rest.Register(k, o, hotline.PermDuty, func(ctx context.Context, in *struct {
		Day  string `path:"day" maxLength:"10" doc:"日期"`
		Body dutyBody
	}) (*rest.Body[[]hotline.Duty], error) {
		lines := []hotline.DutyLine{{Line: 1, Day: in.Day}}
		for i, who := range in.Body.People {
			lines = append(lines[:i], hotline.DutyLine{Line: i + 1, Day: in.Day, Who: who, Note: in.Body.Note})
		}
		_, problems, err := a.m.SetDuty(ctx, lines)
		if err != nil {
			return nil, err
		}
		if len(problems) > 0 {
			return nil, hotline.ErrDuty.Field("people", "%s", problems[0].Reason)
		}
		day, err := clock.ParseDate(in.Day)
		if err != nil {
			return nil, err
		}
		list, err := a.m.DutyRoster(ctx, day, day)
		if err != nil {
			return nil, err
		}
		return rest.OK(list), nil
	})
}
