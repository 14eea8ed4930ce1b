namespace Earshot.Events;

/// <summary>The kinds worth making an event of, as one reference that is read without a lock.</summary>
internal sealed class RequestedKinds(NatsEventFilter filter)
{
    // Most connections want the same, so they hold the same.
    private static volatile RequestedKinds s_last = new(default);

    public NatsEventFilter Filter { get; } = filter;

    public static RequestedKinds Of(NatsEventFilter filter) => s_last is { } last && last.Filter == filter ? last : s_last = new RequestedKinds(filter);
}
