namespace Earshot.Fleet.Collecting;

/// <summary>Counts what a collector does. Thread-safe.</summary>
internal sealed class CollectorCounts
{
    private static readonly TimeSpan s_logInterval = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private FleetCollectorCounters _values = new();
    private DateTimeOffset _logged = DateTimeOffset.MinValue;

    /// <summary>The counts, without what others know.</summary>
    public FleetCollectorCounters Values
    {
        get
        {
            lock (_lock)
            {
                return _values;
            }
        }
    }

    public void Received(bool isEvent) => Change(values => isEvent ? values with { Received = values.Received + 1 } : values with { Ignored = values.Ignored + 1 });

    public void Retried(int count) => Change(values => values with { Retries = values.Retries + count });

    public void Absent() => Change(values => values with { Absences = values.Absences + 1 });

    /// <summary>A record is stored.</summary>
    /// <returns>Whether records could not be stored before it.</returns>
    public bool Stored(ServerRecordKind kind, bool isDuplicate, DateTimeOffset now)
    {
        bool wasTroubled = false;
        Change(values =>
        {
            wasTroubled = values.Trouble is not null;
            return values with
            {
                Stored = values.Stored + (isDuplicate ? 0 : 1),
                Duplicates = values.Duplicates + (isDuplicate ? 1 : 0),
                Filled = values.Filled + (kind == ServerRecordKind.Filled && !isDuplicate ? 1 : 0),
                LastStored = now,
                Trouble = null,
            };
        });
        return wasTroubled;
    }

    /// <summary>A record could not be stored.</summary>
    /// <returns>Whether it should be logged: once a minute.</returns>
    public bool Troubled(string error, DateTimeOffset now)
    {
        bool isNew = false;
        Change(values =>
        {
            isNew = (now - _logged).Duration() >= s_logInterval; // the clock may be set back
            _logged = isNew ? now : _logged;
            return values with { Trouble = error };
        });
        return isNew;
    }

    private void Change(Func<FleetCollectorCounters, FleetCollectorCounters> change)
    {
        lock (_lock)
        {
            _values = change(_values);
        }
    }
}
