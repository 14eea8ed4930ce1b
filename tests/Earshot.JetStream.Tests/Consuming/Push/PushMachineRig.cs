using System.Text;
using Earshot.JetStream.Consuming;

namespace Earshot.JetStream.Tests.Consuming.Push;

/// <summary>A machine of a push consumer with its own clock, which shows effects as short texts. Contains no assertions.</summary>
internal sealed class PushMachineRig
{
    public static readonly PushSettings Durable = new() { Heartbeat = 5 * TimeSpan.TicksPerSecond };

    public static readonly PushSettings Ephemeral = Durable with { IsRecreatable = true, IsNew = true };

    public PushMachine Machine { get; } = new(7);

    public long Now { get; private set; } = TimeSpan.TicksPerHour;

    /// <summary>The effects of the machine since the last call.</summary>
    public string Orders
    {
        get
        {
            string orders = string.Join(' ', Machine.Effects.Select(Show));
            Machine.Effects.Clear();
            return orders;
        }
    }

    /// <summary>The last attempt to recreate the consumer.</summary>
    public PushAttempt Attempt { get; private set; }

    /// <summary>A machine that has subscribed.</summary>
    public static PushMachineRig Started(PushSettings? settings = null)
    {
        var rig = new PushMachineRig();
        rig.Machine.Start(settings ?? Durable, 0, hasSession: true, rig.Now);
        rig.Machine.Effects.Clear();
        return rig;
    }

    /// <summary>Advances the time, in steps from one due time to the next.</summary>
    public PushMachineRig Pass(double seconds)
    {
        long end = Now + (long)(seconds * TimeSpan.TicksPerSecond);
        int repeats = 0;
        while (Machine.Due <= end)
        {
            long due = Machine.Due;
            Now = Math.Max(Now, due);
            Machine.Timer(Now);
            repeats = Machine.Due == due ? repeats + 1 : 0;
            if (repeats > 5)
            {
                throw new InvalidOperationException($"The machine is due at {due} again and has no effect.");
            }
        }

        Now = end;
        return this;
    }

    public PushMachineRig Message(int count = 1, ulong pending = 0)
    {
        Machine.Received(count, count * 100, pending, Now);
        return this;
    }

    public PushMachineRig Processed(int count = 1)
    {
        Machine.Processed(count, count * 100, Now);
        return this;
    }

    public PushMachineRig Status(PullStatusKind kind, int code = 409, string? flow = null)
    {
        Machine.Status(new PullStatus(kind, code), flow is null ? null : Encoding.UTF8.GetBytes(flow), Now);
        return this;
    }

    public PushMachineRig Heartbeat(string? stalled = null) => Status(PullStatusKind.Heartbeat, 100, stalled);

    public PushMachineRig Flow(string subject) => Status(PullStatusKind.OtherControl, 100, subject);

    public PushMachineRig Answer(PullProbeKind kind, PullFacts? facts = null)
    {
        Machine.ProbeAnswered(new PullProbe(kind, kind == PullProbeKind.Exists ? facts ?? new PullFacts() : null), Now);
        return this;
    }

    /// <summary>Ends the last attempt to recreate the consumer, or an earlier one.</summary>
    public bool Ended(PushAttemptResult result, int? number = null)
    {
        _ = Machine.Effects.Count; // the last attempt is noted when effects are shown
        return Machine.AttemptEnded(number ?? Attempt.Number, new PushCreation(result), Now);
    }

    public PushMachineRig Reconnect()
    {
        Machine.SessionLost(Now);
        Machine.SessionStarting(Now);
        return this;
    }

    private string Show(PushEffect effect)
    {
        switch (effect.Kind)
        {
            case PushEffectKind.Answer:
                return $"answer:{Encoding.UTF8.GetString(effect.Answer.Subject)}:{effect.Answer.Source}:{TimeSpan.FromTicks(effect.Answer.Held).TotalSeconds}";
            case PushEffectKind.Recreate:
                Attempt = effect.Attempt;
                return $"recreate:{effect.Attempt.Cause}:{effect.Attempt.Tries}";
            case PushEffectKind.Report:
                return Show(effect.Note!);
            default:
                return effect.Kind.ToString().ToLowerInvariant();
        }
    }

    private static string Show(PullNote note) => note.Kind switch
    {
        PullNoteKind.Notice => note.Count > 1 ? $"[{note.Notice} {note.Count}]" : $"[{note.Notice}]",
        PullNoteKind.Stalled => $"[Stalled {note.Stall}]",
        PullNoteKind.Resumed => $"[Resumed {note.Sign}]",
        PullNoteKind.Lost => $"[Lost {note.Loss} {note.Count}]",
        PullNoteKind.StatusError or PullNoteKind.UnhandledStatus => $"[{note.Kind} {note.Code}]",
        _ => $"[{note.Kind}]",
    };
}
