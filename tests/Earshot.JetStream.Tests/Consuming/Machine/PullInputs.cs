using Earshot.JetStream.Consuming;

namespace Earshot.JetStream.Tests.Consuming;

/// <summary>What can happen to a read, by number, so that it can be generated.</summary>
internal static class PullInputs
{
    public const int Count = 18;

    private static readonly string[] s_names =
    [
        "Received", "Processed", "Time", "Time", "Heartbeat", "PullEnded", "SizeExceeded", "LeadershipChange", "NoResponders", "Probe exists",
        "Probe unavailable", "Reconnected", "SessionLost", "SessionStarting", "UnknownStatus", "ServerShutdown", "SendFailed", "TooManyPulls",
    ];

    public static string NameOf(int input) => s_names[input];

    /// <summary>Whether the input only lets the time pass.</summary>
    public static bool IsTime(int input) => input is 2 or 3;

    public static void Give(MachineRig rig, int input, int amount)
    {
        PullMachine machine = rig.Machine;
        switch (input)
        {
            case 0: rig.Message((int)Math.Min(Math.Max(1, amount), Math.Max(0, Room(rig)))); break;
            case 1: rig.Processed((int)Math.Min(amount, machine.Amounts.BufferedMsgs)); break;
            case 2: rig.Pass(amount / 4.0); break;
            case 3: rig.Pass(amount * 3); break;
            case 4: rig.Heartbeat(); break;
            case 5: rig.Status(PullStatusKind.PullEnded, 408, amount, amount * 100); break;
            case 6: rig.Status(PullStatusKind.SizeExceeded, 409, amount, amount * 100); break;
            case 7: rig.Status(PullStatusKind.LeadershipChange); break;
            case 8: rig.Status(PullStatusKind.NoResponders, 503); break;
            case 9: rig.Answer(PullProbeKind.Exists, new PullFacts { IsPaused = amount > 5 }); break;
            case 10: rig.Answer(PullProbeKind.Unavailable); break;
            case 11: rig.Reconnect(); break;
            case 12: machine.SessionLost(rig.Now); break;
            case 13: machine.SessionStarting(rig.Now); break;
            case 14: rig.Status(PullStatusKind.Unknown, 499); break;
            case 15: rig.Status(PullStatusKind.ServerShutdown, 409, amount, 0); break;
            case 16: FailToSend(rig); break;
            default: rig.Status(PullStatusKind.TooManyPulls); break;
        }
    }

    /// <summary>Whether the last request was just sent.</summary>
    public static bool CanFailToSend(MachineRig rig)
    {
        PullEffect ask = rig.LastAsk;
        long amount = rig.Machine.Settings.CountsBytes ? ask.Ask.MaxBytes : ask.Ask.Batch;
        return ask.Epoch == rig.Machine.Epoch && amount == rig.Machine.Amounts.Outstanding;
    }

    // Only a request that was just sent can fail.
    private static void FailToSend(MachineRig rig)
    {
        if (CanFailToSend(rig))
        {
            rig.Machine.SendFailed(rig.LastAsk.Epoch, rig.LastAsk.Ask, rig.Now);
        }
    }

    // The server delivers no more than was requested.
    private static long Room(MachineRig rig) =>
        rig.Machine.Settings.CountsBytes ? rig.Machine.Amounts.Outstanding / 100 : rig.Machine.Amounts.Outstanding;
}
