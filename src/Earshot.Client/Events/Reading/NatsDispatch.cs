namespace Earshot;

/// <summary>How the calls of one handler are dispatched. The default value is <see cref="Serial"/>.</summary>
public readonly record struct NatsDispatch
{
    private NatsDispatch(int parallel, bool inline, SynchronizationContext? context) =>
        (ExtraParallel, IsInline, Context) = (parallel - 1, inline, context);

    /// <summary>One call after another on the thread pool; each call is awaited.</summary>
    public static NatsDispatch Serial => default;
    /// <summary>Calls on the thread where the event occurs, which may be a loop of the client. For diagnosis only; the handler must never block.</summary>
    public static NatsDispatch Inline => new(1, inline: true, null);

    internal bool IsInline { get; }
    internal SynchronizationContext? Context { get; }
    internal int Parallel => ExtraParallel + 1;
    private int ExtraParallel { get; }

    /// <summary>Up to <paramref name="degree"/> concurrent calls, started in order.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="degree"/> is less than 1.</exception>
    public static NatsDispatch Concurrent(int degree)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(degree, 1);
        return new(degree, inline: false, null);
    }

    /// <summary>One call after another on a synchronization context, such as that of a user interface.</summary>
    /// <exception cref="ArgumentNullException"><paramref name="context"/> is null.</exception>
    public static NatsDispatch OnContext(SynchronizationContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return new(1, inline: false, context);
    }
}
