namespace Earshot.Fleet.Shipping;

/// <summary>
/// When a shipper may send, and what follows from answers: a pure function of state and input. One batch is in flight at a time; a session is used when its
/// subscriptions are confirmed and after a random delay; failures back off; a refused subject stops it until the next session.
/// </summary>
internal static class SendRules
{
    private const double MaxPendingShare = 0.5; // of the pending buffer, which belongs to the application
    private const int MostDoublings = 30;

    // A stream whose leader was killed has another one within seconds: that number of failures doubles no delay.
    private const int SoonAgain = 7;

    private static readonly TimeSpan s_warningInterval = TimeSpan.FromHours(1);

    /// <summary>How soon a full buffer, or a migration, is looked into again.</summary>
    public static readonly TimeSpan Recheck = TimeSpan.FromSeconds(1);

    /// <summary>A session can be used: its subscriptions are confirmed, and what waited in the pending buffer is written.</summary>
    public static SendState Ready(in SendState state, int session, TimeSpan delay, TimeSpan since) => state with
    {
        Session = session,
        IsRefused = false,
        AckDue = null,
        NotBefore = since + delay,
    };

    /// <summary>The session is over. A batch in flight is sent again in the next one.</summary>
    public static SendState Lost(in SendState state) => state with { Session = 0, IsRefused = false, AckDue = null };

    /// <summary>The time from which may be sent; null: not before another input.</summary>
    public static TimeSpan? MayAt(in SendState state) => state is { Session: > 0, IsRefused: false, AckDue: null } ? state.NotBefore : null;

    /// <summary>Whether the pending buffer has too much of the application's own.</summary>
    public static bool IsBusy(double pendingShare) => pendingShare > MaxPendingShare;

    /// <summary>A batch was written.</summary>
    public static SendState Sent(in SendState state, int bytes, NatsJournalShippingOptions options, TimeSpan now) => state with
    {
        AckDue = now + options.AckTimeout,
        NotBefore = now + TimeSpan.FromSeconds((double)bytes / options.BytesPerSecond),
    };

    /// <summary>Nothing could be written now, for a reason that is not the shipper's.</summary>
    public static SendState Postponed(in SendState state, TimeSpan now) => state with { AckDue = null, NotBefore = now + Recheck };

    /// <summary>The batch is stored. An ack that arrives late ends the delay, too.</summary>
    public static SendState Stored(in SendState state, TimeSpan now) => state with { AckDue = null, Failures = 0, NotBefore = state.AckDue is null ? now : state.NotBefore };

    /// <summary>The batch is not stored, as far as is known.</summary>
    public static SendState Failed(in SendState state, SendFailure failure, NatsJournalShippingOptions options, TimeSpan now) => state with
    {
        AckDue = null,
        IsRefused = state.IsRefused || failure == SendFailure.Refused,
        Failures = state.Failures + 1,
        NotBefore = now + BackOff(state.Failures, options),
    };

    /// <summary>Whether a failure is worth a warning in the log.</summary>
    public static bool MayWarn(in SendState state, TimeSpan now) => state.Warned is not { } warned || now - warned >= s_warningInterval;

    private static TimeSpan BackOff(int failures, NatsJournalShippingOptions options)
    {
        double ticks = options.MinBackOff.Ticks * Math.Pow(2, Math.Clamp(failures - SoonAgain, 0, MostDoublings));
        return ticks >= options.MaxBackOff.Ticks ? options.MaxBackOff : TimeSpan.FromTicks((long)ticks);
    }
}
