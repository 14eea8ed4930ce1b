using Earshot.Events;
using Earshot.Simulation.Scheduling;

namespace Earshot.Simulation.Checks;

/// <summary>
/// Reads the journal of one connection inline and checks its grammar with every event. Internal faults, and attempts or sessions in a number
/// that only a storm of reconnects has, are violations as well.
/// </summary>
internal sealed class JournalCheck(string name, RunLog log, Findings findings, TimeProvider clock) : INatsConnectionListener
{
    private readonly GrammarChecker _grammar = new();
    private readonly RateLimit _attempts = new(200, TimeSpan.FromSeconds(5), clock);
    private readonly RateLimit _sessions = new(60, TimeSpan.FromSeconds(5), clock);
    private int _reported;

    /// <summary>The number of events so far.</summary>
    public int Count { get; private set; }

    /// <summary>What the events said about the sessions.</summary>
    public SessionHistory History { get; } = new(clock);

    /// <summary>Called when a connection run ends.</summary>
    public Action Closed { get; set; } = static () => { };

    /// <summary>Called when a session was declared stale.</summary>
    public Action<NatsStaleConnectionEvent> Stale { get; set; } = static _ => { };

    NatsEventFilter INatsConnectionListener.Filter => NatsEventFilter.All | NatsEventFilter.Of(NatsEventKind.StatusChanged);

    public ValueTask OnEventAsync(NatsConnectionEvent e, CancellationToken ct)
    {
        Count++;
        log.Add(name, $"event {e.Sequence} {e.Kind} {e.State}");
        _grammar.Accept(JournalLine.Of(e));
        ReportNew();
        History.Accept(e);
        switch (e)
        {
            case NatsInternalFaultEvent fault:
                findings.Report("no-internal-fault", $"{name}: {fault.Exception}");
                break;
            case NatsConnectAttemptEvent:
                Check(_attempts, "connect attempts");
                break;
            case NatsReconnectedEvent:
                Check(_sessions, "sessions");
                break;
            case NatsStaleConnectionEvent stale:
                Stale(stale);
                break;
            case NatsClosedEvent:
                Closed();
                break;
        }

        return default;
    }

    /// <summary>The connection was disposed: its journal must be at its end and agree with the counters.</summary>
    public void CheckEnd(NatsStats stats)
    {
        if (Count == 0)
        {
            return;
        }

        _grammar.RequireEnd();
        ReportNew();
        if (History.Reconnected != History.Resubscribed)
        {
            findings.Report("outages-end", $"{name}: {History.Reconnected} outages ended with Reconnected and {History.Resubscribed} with Resubscribed");
        }

        if (History.Uncertain != stats.UncertainMessages)
        {
            findings.Report("losses-reported", $"{name}: Disconnected events reported {History.Uncertain} uncertain messages, the counter says {stats.UncertainMessages}");
        }
    }

    private void ReportNew()
    {
        for (; _reported < _grammar.Violations.Count; _reported++)
        {
            findings.Report("journal-grammar", $"{name}: {_grammar.Violations[_reported]}");
        }
    }

    private void Check(RateLimit limit, string what)
    {
        if (limit.IsExceededByOneMore())
        {
            findings.Report("no-reconnect-storm", $"{name}: more than {limit.Most} {what} in {limit.Window.TotalSeconds} s");
        }
    }
}
