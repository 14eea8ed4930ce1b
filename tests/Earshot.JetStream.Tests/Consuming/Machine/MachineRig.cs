using Earshot.JetStream.Consuming;

namespace Earshot.JetStream.Tests.Consuming;

/// <summary>A pull machine with its own clock, which shows effects as short texts. Contains no assertions.</summary>
internal sealed class MachineRig
{
    public static readonly PullSettings Ten = new()
    {
        MaxMsgs = 10,
        Threshold = 5,
        Expires = 30 * TimeSpan.TicksPerSecond,
        Heartbeat = 5 * TimeSpan.TicksPerSecond,
    };

    public static readonly PullSettings Fetch = Ten with { IsSingle = true, Threshold = 0, Expires = 10 * TimeSpan.TicksPerSecond };

    public PullMachine Machine { get; } = new(7);

    public long Now { get; private set; } = TimeSpan.TicksPerHour;

    /// <summary>The last pull request.</summary>
    public PullEffect LastAsk { get; set; }

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

    /// <summary>A machine that has sent its first pull request.</summary>
    public static MachineRig Started(PullSettings? settings = null, PullLimits limits = default)
    {
        var rig = new MachineRig();
        rig.Machine.Start(settings ?? Ten, limits, 0, hasSession: true, rig.Now);
        rig.Machine.Effects.Clear();
        return rig;
    }

    /// <summary>Advances the time, in steps from one due time to the next.</summary>
    public MachineRig Pass(double seconds)
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

    /// <summary>Advances the time until the machine must be called, and calls it.</summary>
    public void PassUntilDue()
    {
        Now = Math.Max(Now, Machine.Due);
        Machine.Timer(Now);
    }

    public MachineRig Message(int count = 1, int? epoch = null, ulong pending = 0)
    {
        Machine.Received(epoch ?? Machine.Epoch, count, count * 100, pending, Now);
        return this;
    }

    public MachineRig Processed(int count = 1)
    {
        Machine.Processed(count, count * 100, Now);
        return this;
    }

    public MachineRig Status(PullStatusKind kind, int code = 409, long msgs = -1, long bytes = -1, int? epoch = null, string text = "")
    {
        Machine.Status(epoch ?? Machine.Epoch, new PullStatus(kind, code, msgs, bytes) { Description = text }, Now);
        return this;
    }

    public MachineRig Heartbeat() => Status(PullStatusKind.Heartbeat, 100);

    public MachineRig Answer(PullProbeKind kind, PullFacts? facts = null)
    {
        Machine.ProbeAnswered(new PullProbe(kind, facts), Now);
        return this;
    }

    /// <summary>Loses the session and starts the next one.</summary>
    public MachineRig Reconnect()
    {
        Machine.SessionLost(Now);
        Machine.SessionStarting(Now);
        return this;
    }

    private static string Show(PullEffect effect) => effect.Kind switch
    {
        PullEffectKind.Subscribe => $"sub{effect.Epoch}",
        PullEffectKind.Unsubscribe => $"unsub{effect.Epoch}",
        PullEffectKind.Forget => $"forget{effect.Epoch}",
        PullEffectKind.Ask => $"ask{effect.Epoch}:{Show(effect.Ask)}",
        PullEffectKind.Report => Show(effect.Note!),
        PullEffectKind.Fence => "fence",
        PullEffectKind.Probe => "probe",
        _ => "finish",
    };

    private static string Show(PullAsk ask) => ask switch
    {
        { NoWait: true } => $"{ask.Batch}nowait",
        { MaxBytes: > 0 } => $"{ask.MaxBytes}bytes",
        _ => $"{ask.Batch}",
    };

    private static string Show(PullNote note) => note.Kind switch
    {
        PullNoteKind.Notice => $"[{note.Notice}]",
        PullNoteKind.Stalled => $"[Stalled {note.Stall}]",
        PullNoteKind.Resumed => $"[Resumed {note.Sign}]",
        PullNoteKind.Lost => $"[Lost {note.Loss}]",
        PullNoteKind.StatusError or PullNoteKind.StatusWarning or PullNoteKind.UnhandledStatus => $"[{note.Kind} {note.Code}]",
        _ => $"[{note.Kind}]",
    };
}
