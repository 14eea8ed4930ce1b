namespace Earshot.Events;

/// <summary>The kinds worth making an event of, as one reference that is read without a lock.</summary>
internal sealed class WantedKinds(NatsEventFilter filter)
{
    // Most connections want the same, so they hold the same.
    private static volatile WantedKinds s_last = new(default);

    public NatsEventFilter Filter { get; } = filter;

    public static WantedKinds Of(NatsEventFilter filter) => s_last is { } last && last.Filter == filter ? last : s_last = new WantedKinds(filter);
}
