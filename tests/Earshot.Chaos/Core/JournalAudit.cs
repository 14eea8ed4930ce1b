namespace Earshot.Chaos.Core;

/// <summary>The whole journal of one connection, for the grammar and for what the client has reported as lost.</summary>
internal sealed class JournalAudit
{
    private readonly List<NatsConnectionEvent> _events = [];
    private readonly Task _reading;

    public JournalAudit(NatsConnection connection) => _reading = ReadAsync(connection);

    public IEnumerable<T> Of<T>()
        where T : NatsConnectionEvent => _events.OfType<T>();

    /// <summary>Completes when Closed was read; call it after the connection is disposed.</summary>
    public async Task<IReadOnlyList<NatsJournalViolation>> ValidateAsync()
    {
        await _reading;
        return NatsJournalValidator.Validate(_events, requireClosed: true);
    }

    private async Task ReadAsync(NatsConnection connection)
    {
        await foreach (NatsConnectionEvent e in connection.Events.ReadAllAsync(NatsEventPosition.Start))
        {
            _events.Add(e);
        }
    }
}
