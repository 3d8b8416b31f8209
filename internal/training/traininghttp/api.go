package traininghttp

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"yichuang/internal/actor"
	"yichuang/internal/metric"
	"yichuang/internal/rest"
	"yichuang/internal/training"
	"yichuang/internal/web"
)

func op(method, path, summary string) huma.Operation {
	return huma.Operation{Method: method, Path: path, Summary: summary, Tags: []string{"培训"}}
}

func made(path, summary string) huma.Operation {
	o := op(http.MethodPost, path, summary)
	o.DefaultStatus = http.StatusCreated
	return o
}

// RegisterAPI adds training's part of the API: what the pages do, a program can do.
func RegisterAPI(k *rest.Kit, d Deps) {
	m := d.Training
	registerCourses(k, m)
	registerPeople(k, m)
	registerQuiz(k, m)
	registerFigures(k, m)
}

func registerCourses(k *rest.Kit, m *training.Module) {
	rest.Register(k, op(http.MethodGet, "/training/courses", "培训场次，新的在前"), training.PermRead, func(ctx context.Context, in *struct {
		After string `query:"after" maxLength:"40" doc:"上一页的 next"`
	}) (*rest.Body[rest.Page[training.Course]], error) {
		list, next, err := m.Courses(ctx, in.After)
		return rest.List(list, next), err
	})
	rest.Register(k, made("/training/courses", "登记培训计划"), training.PermManage, func(ctx context.Context, in *struct {
		rest.IdempotencyKey
		Body training.CourseInput
	}) (*rest.Created[training.Course], error) {
		in.Body.Key = in.IdempotencyKey.IdempotencyKey
		c, err := m.Plan(ctx, in.Body)
		return rest.Made(c, "/training/courses/"+c.ID, c.Version), err
	})
	rest.Register(k, op(http.MethodGet, "/training/courses/{id}", "一场培训和可以看到的人员"), training.PermRead, func(ctx context.Context, in *struct{ rest.ID }) (*rest.Versioned[training.Sheet], error) {
		s, err := m.Course(ctx, in.ID.ID)
		return rest.WithVersion(s, s.Version), err
	})
	rest.Register(k, op(http.MethodPut, "/training/courses/{id}", "修改培训计划"), training.PermManage, func(ctx context.Context, in *struct {
		rest.ID
		rest.IfMatch
		Body training.CourseInput
	}) (*rest.Versioned[training.Course], error) {
		version, err := in.RequireVersion()
		if err != nil {
			return nil, err
		}
		c, err := m.ChangePlan(ctx, in.ID.ID, version, in.Body)
		return rest.WithVersion(c, c.Version), err
	})
	move(k, "approve", "批准培训计划", training.PermApprove, func(ctx context.Context, id string, version int64, _ string) (training.Course, error) {
		return m.Approve(ctx, id, version)
	})
	move(k, "start", "开讲，开放签到", training.PermManage, func(ctx context.Context, id string, version int64, _ string) (training.Course, error) {
		return m.Start(ctx, id, version)
	})
	move(k, "archive", "归档", training.PermManage, m.ArchiveCourse)
	move(k, "cancel", "取消培训", training.PermManage, m.CancelCourse)
}

// move registers a step of a course.
func move(k *rest.Kit, path, summary string, p actor.Permission, step func(ctx context.Context, id string, version int64, text string) (training.Course, error)) {
	rest.Register(k, op(http.MethodPost, "/training/courses/{id}/"+path, summary), p, func(ctx context.Context, in *struct {
		rest.ID
		rest.IfMatch
		Body struct {
			Text string `json:"text,omitempty" maxLength:"1000" doc:"小结或理由"`
		}
	}) (*rest.Versioned[training.Course], error) {
		version, err := in.RequireVersion()
		if err != nil {
			return nil, err
		}
		c, err := step(ctx, in.ID.ID, version, in.Body.Text)
		return rest.WithVersion(c, c.Version), err
	})
}

// ofUser names somebody.
type ofUser struct {
	UserID string `json:"user_id" maxLength:"40" doc:"人员的账号编号"`
}

func registerPeople(k *rest.Kit, m *training.Module) {
	rest.Register(k, op(http.MethodGet, "/training/trainees", "可以选派的人员"), training.PermSend, func(ctx context.Context, _ *struct{}) (*rest.Body[rest.Page[training.Trainee]], error) {
		list, err := m.Trainees(ctx)
		return rest.List(list, ""), err
	})
	rest.Register(k, op(http.MethodGet, "/training/mine", "本人的培训档案"), training.PermEnrol, func(ctx context.Context, _ *struct{}) (*rest.Body[rest.Page[training.Lesson]], error) {
		list, err := m.Mine(ctx)
		return rest.List(list, ""), err
	})
	rest.Register(k, made("/training/courses/{id}/enrolment", "本人报名"), training.PermEnrol, func(ctx context.Context, in *struct{ rest.ID }) (*rest.Created[training.Enrolment], error) {
		e, err := m.Enrol(ctx, in.ID.ID)
		return rest.Made(e, "/training/courses/"+in.ID.ID, 1), err
	})
	leave := op(http.MethodDelete, "/training/courses/{id}/enrolment", "取消本人报名")
	leave.DefaultStatus = http.StatusNoContent
	rest.Register(k, leave, training.PermEnrol, func(ctx context.Context, in *struct{ rest.ID }) (*rest.Nothing, error) {
		return &rest.Nothing{}, m.Leave(ctx, in.ID.ID)
	})
	rest.Register(k, made("/training/courses/{id}/people", "选派人员"), training.PermSend, func(ctx context.Context, in *struct {
		rest.ID
		Body ofUser
	}) (*rest.Created[training.Enrolment], error) {
		e, err := m.Send(ctx, in.ID.ID, in.Body.UserID)
		return rest.Made(e, "/training/courses/"+in.ID.ID, 1), err
	})
	rest.Register(k, op(http.MethodPost, "/training/courses/{id}/sign-in", "凭签到码签到"), training.PermEnrol, func(ctx context.Context, in *struct {
		rest.ID
		Body struct {
			Code string `json:"code" maxLength:"6"`
		}
	}) (*rest.Body[training.Enrolment], error) {
		e, err := m.SignIn(ctx, in.ID.ID, in.Body.Code)
		return rest.OK(e), err
	}, web.Limit(codeRate))
	rest.Register(k, op(http.MethodPost, "/training/courses/{id}/sign-for", "给人员补签"), training.PermManage, func(ctx context.Context, in *struct {
		rest.ID
		Body ofUser
	}) (*rest.Body[training.Enrolment], error) {
		e, err := m.SignFor(ctx, in.ID.ID, in.Body.UserID)
		return rest.OK(e), err
	})
	rest.Register(k, op(http.MethodGet, "/training/courses/{id}/certificates/{user}", "结业证明的内容"), training.PermRead, func(ctx context.Context, in *struct {
		rest.ID
		User string `path:"user" maxLength:"40" doc:"人员的账号编号"`
	}) (*rest.Body[training.Certificate], error) {
		c, err := m.Certificate(ctx, in.ID.ID, in.User)
		return rest.OK(c), err
	})
}

func registerQuiz(k *rest.Kit, m *training.Module) {
	rest.Register(k, op(http.MethodPost, "/training/courses/{id}/paper", "领取本人的试卷；已领取的返回同一份"), training.PermEnrol, func(ctx context.Context, in *struct{ rest.ID }) (*rest.Body[training.Paper], error) {
		p, err := m.OpenPaper(ctx, in.ID.ID)
		return rest.OK(p), err
	})
	rest.Register(k, op(http.MethodPost, "/training/courses/{id}/answers", "交卷，每人一次"), training.PermEnrol, func(ctx context.Context, in *struct {
		rest.ID
		Body struct {
			Answers []string `json:"answers" maxItems:"50" doc:"按题目次序，每题的选项字母"`
		}
	}) (*rest.Body[training.Paper], error) {
		p, err := m.Submit(ctx, in.ID.ID, in.Body.Answers)
		return rest.OK(p), err
	})
	rest.Register(k, op(http.MethodGet, "/training/questions", "题库"), training.PermQuestion, func(ctx context.Context, in *struct {
		Topic string `query:"topic" maxLength:"30" doc:"专题"`
		After string `query:"after" maxLength:"40" doc:"上一页的 next"`
	}) (*rest.Body[rest.Page[training.Question]], error) {
		list, next, err := m.Questions(ctx, in.Topic, in.After)
		return rest.List(list, next), err
	})
	rest.Register(k, made("/training/questions", "增加题目"), training.PermQuestion, func(ctx context.Context, in *struct {
		rest.IdempotencyKey
		Body training.QuestionInput
	}) (*rest.Created[training.Question], error) {
		in.Body.Key = in.IdempotencyKey.IdempotencyKey
		q, err := m.SaveQuestion(ctx, "", 0, in.Body)
		return rest.Made(q, "/training/questions/"+q.ID, q.Version), err
	})
	rest.Register(k, op(http.MethodPut, "/training/questions/{id}", "修改题目"), training.PermQuestion, func(ctx context.Context, in *struct {
		rest.ID
		rest.IfMatch
		Body training.QuestionInput
	}) (*rest.Versioned[training.Question], error) {
		version, err := in.RequireVersion()
		if err != nil {
			return nil, err
		}
		q, err := m.SaveQuestion(ctx, in.ID.ID, version, in.Body)
		return rest.WithVersion(q, q.Version), err
	})
}

// Span is a period of whole days.
type Span struct {
	From rest.DateParam `query:"from" required:"true" doc:"第一天"`
	To   rest.DateParam `query:"to" required:"true" doc:"最后一天"`
}

func (s Span) period() metric.Period { return metric.Period{From: s.From.Get(), To: s.To.Get() + 1} }

// FigureRecords is a figure with the records behind it.
type FigureRecords struct {
	Figure  metric.Figure   `json:"figure"`
	Value   string          `json:"value" doc:"显示的数值"`
	Records []metric.Record `json:"records"`
}

func registerFigures(k *rest.Kit, m *training.Module) {
	rest.Register(k, op(http.MethodGet, "/training/figures", "一段时间的培训统计，并按单位"), training.PermFigure, func(ctx context.Context, in *Span) (*rest.Body[training.Figures], error) {
		f, err := m.Figures(ctx, in.period())
		return rest.OK(f), err
	})
	rest.Register(k, op(http.MethodGet, "/training/figures/{code}", "一个培训指标和它数到的记录"), training.PermFigure, func(ctx context.Context, in *struct {
		Span
		Code string `path:"code" maxLength:"20" doc:"指标代码"`
		Part string `query:"part" maxLength:"10" doc:"num 分子，den 分母；不传为分子"`
	}) (*rest.Body[FigureRecords], error) {
		f, list, err := m.Figure(ctx, in.Code, metric.Part(in.Part), in.period())
		return rest.OK(FigureRecords{f, f.Text(), list}), err
	})
}
