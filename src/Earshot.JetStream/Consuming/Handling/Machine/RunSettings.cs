namespace Earshot.JetStream.Consuming;

/// <summary>The validated options of a run, with times in ticks.</summary>
internal sealed record RunSettings
{
    private static readonly TimeSpan s_retryDelay = TimeSpan.FromSeconds(1);

    public int MaxConcurrency { get; private init; }

    public bool IsManual { get; private init; }

    /// <summary>The delays of the options; null: those of the consumer.</summary>
    public IReadOnlyList<long>? RetryDelays { get; private init; }

    /// <summary>The number of deliveries after which a failed message is terminated; 0: no limit.</summary>
    public int TerminateAfter { get; private init; }

    public long ProgressLimit { get; private init; }

    public long DrainTimeout { get; private init; }

    public required NatsJSConsumeOpts Consume { get; init; }

    /// <summary>Whether a stop hands out all messages that were requested before.</summary>
    public bool DrainsAtStop => Consume.DrainOnCancel || Consume.StopPolicy == NatsJSStopPolicy.Deliver;

    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public static RunSettings Of(NatsJSRunOpts opts)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(opts.MaxConcurrency, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(opts.TerminateAfter ?? 1, 1);
        NatsJSConsumeOpts consume = opts.Consume ?? new NatsJSConsumeOpts();
        if (consume is { MaxMsgs: null, MaxBytes: null })
        {
            consume = consume with { MaxMsgs = opts.MaxConcurrency, ThresholdMsgs = consume.ThresholdMsgs ?? opts.MaxConcurrency - 1 };
        }
        else if (consume.MaxMsgs < opts.MaxConcurrency)
        {
            throw new ArgumentException($"With MaxMsgs {consume.MaxMsgs} no {opts.MaxConcurrency} handlers can run at the same time.", nameof(opts));
        }

        return new RunSettings
        {
            MaxConcurrency = opts.MaxConcurrency,
            IsManual = opts.AckMode == NatsJSAckMode.Manual,
            RetryDelays = opts.RetryDelays is { Count: > 0 } delays ? [.. delays.Select(static delay => Ticks(delay, nameof(opts.RetryDelays)))] : null,
            TerminateAfter = opts.TerminateAfter ?? 0,
            ProgressLimit = opts.ProgressLimit is { } limit ? Ticks(limit, nameof(opts.ProgressLimit)) : PullTimes.Never,
            DrainTimeout = opts.DrainTimeout == Timeout.InfiniteTimeSpan ? PullTimes.Never : Ticks(opts.DrainTimeout, nameof(opts.DrainTimeout)),
            Consume = consume,
        };
    }

    /// <summary>Returns the delay after a failure, in ticks.</summary>
    /// <param name="delivered">The number of deliveries of the message, at least 1.</param>
    /// <param name="backOff">The delays of the consumer.</param>
    public long RetryDelay(ulong delivered, IReadOnlyList<long> backOff)
    {
        IReadOnlyList<long> delays = RetryDelays ?? backOff;
        return delays.Count == 0 ? s_retryDelay.Ticks : delays[(int)Math.Min(Math.Max(delivered, 1) - 1, (ulong)delays.Count - 1)];
    }

    private static long Ticks(TimeSpan time, string name) =>
        time >= TimeSpan.Zero ? time.Ticks : throw new ArgumentOutOfRangeException(name, time, $"{name} must not be negative.");
}
