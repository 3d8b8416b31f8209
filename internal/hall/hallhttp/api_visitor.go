package hallhttp

import (
	"context"
	"net/http"

	"yichuang/internal/clock"
	"yichuang/internal/crypt"
	"yichuang/internal/hall"
	"yichuang/internal/rest"
	"yichuang/internal/web"
)

// OfCentre addresses a centre by its code, for those who have no account.
type OfCentre struct {
	Centre string `path:"centre" maxLength:"40" doc:"中心代码"`
}

// OfDevice addresses a device by the code in its address.
type OfDevice struct {
	OfCentre
	Device string `path:"device" maxLength:"40" doc:"终端地址中的代码"`
}

// bookBody is what somebody sends who books.
type bookBody struct {
	QueueID string        `json:"queue_id" maxLength:"64" doc:"队列"`
	SlotAt  clock.Instant `json:"slot_at" doc:"时段开始的时间"`
	Name    string        `json:"name" maxLength:"60" doc:"姓名"`
	IDNo    string        `json:"id_no" maxLength:"18" doc:"身份证号"`
	Phone   string        `json:"phone" maxLength:"20" doc:"手机号"`
}

// bookingBody is what opens an appointment again.
type bookingBody struct {
	Code string `json:"code" maxLength:"20" doc:"预约码"`
	Tail string `json:"phone_tail" maxLength:"4" doc:"手机号后四位"`
}

func registerVisitors(k *rest.Kit, d Deps) {
	m := d.Hall
	rest.Public(k, op(http.MethodGet, "/public/hall/{centre}/kiosks/{device}", "取号机的页面内容"), func(ctx context.Context, in *struct{ OfDevice }) (*rest.Body[hall.KioskView], error) {
		ctx, err := d.citizen(ctx, in.Centre)
		if err != nil {
			return nil, err
		}
		v, err := m.KioskView(ctx, in.Device)
		return rest.OK(v), err
	})
	rest.Public(k, op(http.MethodPost, "/public/hall/{centre}/kiosks/{device}/tickets", "在取号机取号"), func(ctx context.Context, in *struct {
		OfDevice
		rest.IdempotencyKey
		Body hall.TakeInput
	}) (*rest.Body[hall.Slip], error) {
		ctx, err := d.citizen(ctx, in.Centre)
		if err != nil {
			return nil, err
		}
		in.Body.Key = in.IdempotencyKey.IdempotencyKey
		s, err := m.TakeAtKiosk(ctx, in.Device, in.Body)
		return rest.OK(s), err
	}, web.Limit(takeRate))
	rest.Public(k, op(http.MethodPost, "/public/hall/{centre}/kiosks/{device}/check-in", "在取号机为预约签到"), func(ctx context.Context, in *struct {
		OfDevice
		Body codeBody
	}) (*rest.Body[hall.Slip], error) {
		ctx, err := d.citizen(ctx, in.Centre)
		if err != nil {
			return nil, err
		}
		s, err := m.CheckInAtKiosk(ctx, in.Device, in.Body.Code)
		return rest.OK(s), err
	}, web.Limit(codeRate))
	rest.Public(k, op(http.MethodPost, "/public/hall/{centre}/devices/{kind}/{device}/beat", "终端心跳"), func(ctx context.Context, in *struct {
		OfDevice
		Kind hall.DeviceKind `path:"kind" enum:"kiosk,display" doc:"终端类型"`
	}) (*rest.Body[struct{}], error) {
		ctx, err := d.citizen(ctx, in.Centre)
		if err != nil {
			return nil, err
		}
		return rest.OK(struct{}{}), m.Beat(ctx, in.Device, in.Kind)
	}, web.Limit(takeRate))
	rest.Public(k, op(http.MethodGet, "/public/hall/{centre}/displays/{device}", "显示屏的内容：最近的呼叫、窗口和等候人数"), func(ctx context.Context, in *struct{ OfDevice }) (*rest.Body[hall.Board], error) {
		ctx, err := d.citizen(ctx, in.Centre)
		if err != nil {
			return nil, err
		}
		b, err := m.Board(ctx, in.Device)
		return rest.OK(b), err
	})
	rest.Public(k, op(http.MethodGet, "/public/hall/{centre}/tickets/{id}/{code}", "凭号票上的代码查询等候"), func(ctx context.Context, in *struct {
		OfCentre
		rest.ID
		Code string `path:"code" maxLength:"20" doc:"号票上的代码"`
	}) (*rest.Body[hall.Slip], error) {
		ctx, err := d.citizen(ctx, in.Centre)
		if err != nil {
			return nil, err
		}
		s, err := m.Progress(ctx, in.ID.ID, in.Code)
		return rest.OK(s), err
	}, web.Limit(takeRate))
	registerBooking(k, d)
}

func registerBooking(k *rest.Kit, d Deps) {
	m := d.Hall
	rest.Public(k, op(http.MethodGet, "/public/hall/{centre}/queues", "可以预约的业务"), func(ctx context.Context, in *struct{ OfCentre }) (*rest.Body[rest.Page[hall.BookableQueue]], error) {
		ctx, err := d.citizen(ctx, in.Centre)
		if err != nil {
			return nil, err
		}
		list, err := m.BookableQueues(ctx)
		return rest.List(list, ""), err
	})
	rest.Public(k, op(http.MethodGet, "/public/hall/{centre}/queues/{id}/slots", "可以预约的日期和时段"), func(ctx context.Context, in *struct {
		OfCentre
		rest.ID
	}) (*rest.Body[rest.Page[hall.SlotDay]], error) {
		ctx, err := d.citizen(ctx, in.Centre)
		if err != nil {
			return nil, err
		}
		list, err := m.Slots(ctx, in.ID.ID)
		return rest.List(list, ""), err
	})
	rest.Public(k, op(http.MethodPost, "/public/hall/{centre}/appointments", "预约（实名）"), func(ctx context.Context, in *struct {
		OfCentre
		rest.IdempotencyKey
		Body bookBody
	}) (*rest.Body[hall.Reservation], error) {
		ctx, err := d.citizen(ctx, in.Centre)
		if err != nil {
			return nil, err
		}
		b := in.Body
		r, err := m.Book(ctx, hall.BookInput{QueueID: b.QueueID, SlotAt: b.SlotAt, Name: crypt.PersonName(b.Name), IDNo: b.IDNo, Phone: crypt.PhoneNumber(b.Phone), Key: in.IdempotencyKey.IdempotencyKey})
		return rest.OK(r), err
	}, web.Limit(bookRate))
	for _, way := range []struct {
		path, summary string
		do            func(context.Context, string, string) (hall.Reservation, error)
	}{{"query", "查询预约", m.Booking}, {"cancel", "取消预约", m.CancelBooking}} {
		rest.Public(k, op(http.MethodPost, "/public/hall/{centre}/appointments/"+way.path, way.summary), func(ctx context.Context, in *struct {
			OfCentre
			Body bookingBody
		}) (*rest.Body[hall.Reservation], error) {
			ctx, err := d.citizen(ctx, in.Centre)
			if err != nil {
				return nil, err
			}
			r, err := way.do(ctx, in.Body.Code, in.Body.Tail)
			return rest.OK(r), err
		}, web.Limit(codeRate))
	}
}
