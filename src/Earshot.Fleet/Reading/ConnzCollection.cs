using System.Text.Json;
using Earshot.Fleet.Analysis;
using Earshot.Fleet.Streams;

namespace Earshot.Fleet.Reading;

/// <summary>Collects the answers of servers. A server that answers twice, as one behind a leaf node or one that is asked again may, counts once.</summary>
internal sealed class ConnzCollection(FleetRedaction redaction, TimeProvider time)
{
    private readonly Dictionary<string, ServerIdentity> _servers = new(StringComparer.Ordinal);
    private readonly HashSet<ServerRecord> _records = [];
    private readonly Dictionary<(string Server, ulong Client), ServerRecord> _open = []; // each as last reported
    private readonly SortedSet<string> _problems = new(StringComparer.Ordinal);

    /// <summary>The account of clients in a configuration without accounts.</summary>
    public const string DefaultAccount = "$G";

    public bool HasAnswers => _servers.Count > 0;

    /// <summary>The number of servers that have answered.</summary>
    public int Answered => _servers.Count;

    /// <summary>Adds an answer.</summary>
    /// <param name="json">The answer.</param>
    /// <param name="sent">When the question was sent.</param>
    /// <returns>Whether the server has another page.</returns>
    public bool Add(ReadOnlyMemory<byte> json, DateTimeOffset sent)
    {
        try
        {
            ConnzAnswer? answer = JsonSerializer.Deserialize(json.Span, ReadingJson.Default.ConnzAnswer);
            if (answer?.Error is { } error)
            {
                _problems.Add($"{answer.Server?.Name ?? "A server"} refuses the question: {FleetRedaction.Text(error.Description)} ({error.Code}).");
                return false;
            }

            return answer?.Page is { } page && Add(ConnzRecords.IdentityOf(answer.Server, page), page, sent);
        }
        catch (JsonException)
        {
            _problems.Add("A server answers in a form that is not known.");
            return false;
        }
    }

    /// <summary>Adds a page of a server.</summary>
    public bool Add(ServerIdentity server, ConnzPage page, DateTimeOffset sent)
    {
        if (!FleetSubjects.IsToken(server.Id))
        {
            _problems.Add("A server answers without its id.");
            return false;
        }

        if (Plausible.Time(page.Now) is null)
        {
            _problems.Add($"{server.Name ?? server.Id} answers without its time, or with one that cannot be true.");
            return false;
        }

        if (_servers.TryAdd(server.Id, server))
        {
            // The server read its clock between the question and the answer: a clock that shows a time between both is not corrected.
            DateTimeOffset received = time.GetUtcNow();
            DateTimeOffset nearest = page.Now < sent ? sent : page.Now > received ? received : page.Now;
            _records.Add(new ServerRecord { Kind = ServerRecordKind.Seen, At = page.Now, Server = server, Received = nearest });
        }

        foreach (ServerRecord record in ConnzRecords.Of(server, page, redaction))
        {
            if (record.Kind == ServerRecordKind.Open)
            {
                _open[(server.Id, record.Client!.Id)] = record;
            }
            else
            {
                _records.Add(record);
            }
        }

        return page.HasMore;
    }

    /// <summary>The account of an open connection; null if it was not reported. Servers leave the default one out.</summary>
    public string? AccountOf(string server, ulong client) =>
        _open.GetValueOrDefault((server, client)) is { } record ? record.Client!.Account ?? DefaultAccount : null;

    public ConnectionsReading ToReading(bool isDefaultAccount) => new()
    {
        Records = [.. _records, .. _open.Values],
        Servers = [.. _servers.Values.OrderBy(server => server.Name ?? server.Id, StringComparer.Ordinal)],
        Open = _open.Count,
        Closed = _records.Count(record => record.Kind == ServerRecordKind.Filled),
        IsDefaultAccount = isDefaultAccount,
        Problems = [.. _problems],
    };
}
