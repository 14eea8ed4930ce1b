namespace Earshot.Events;

/// <summary>Waiting for one event on a cursor that was placed before the wait began, which makes it free of races. Disposes the cursor.</summary>
internal static class EventWaiter
{
    public static Task<TEvent> FirstAsync<TEvent>(JournalCursor cursor, Func<TEvent, bool>? predicate, CancellationToken ct)
        where TEvent : NatsConnectionEvent
    {
        Task<TEvent> first = ReadAsync(cursor, predicate, ct);
        // Waiting for the first of several events and dropping the other waits is how this is used; a dropped one is no fault.
        _ = first.ContinueWith(static wait => _ = wait.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        return first;
    }

    private static async Task<TEvent> ReadAsync<TEvent>(JournalCursor cursor, Func<TEvent, bool>? predicate, CancellationToken ct)
        where TEvent : NatsConnectionEvent
    {
        using (cursor)
        {
            while (await cursor.WaitAsync(ct).ConfigureAwait(false))
            {
                while (cursor.TryRead(out NatsConnectionEvent? e))
                {
                    if (e is TEvent match && (predicate is null || predicate(match)))
                    {
                        return match;
                    }
                }
            }
        }

        throw new NatsException($"The connection closed before the awaited {typeof(TEvent).Name}.");
    }
}
