namespace Earshot.Events;

/// <summary>Waiting for one event on a cursor that was placed before the wait began, which makes it free of races. Disposes the cursor.</summary>
internal static class EventWaits
{
    public static async Task<TEvent> FirstAsync<TEvent>(JournalCursor cursor, Func<TEvent, bool>? predicate, CancellationToken ct)
        where TEvent : NatsConnectionEvent
    {
        using (cursor)
        {
            while (await cursor.WaitAsync(ct).ConfigureAwait(false))
            {
                while (cursor.TryRead(out var e))
                {
                    if (e is TEvent match && (predicate is null || predicate(match))) return match;
                }
            }
        }

        throw new NatsException($"The connection closed before the awaited {typeof(TEvent).Name}.");
    }
}
