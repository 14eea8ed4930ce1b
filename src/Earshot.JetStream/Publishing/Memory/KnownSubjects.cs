using System.Collections.Concurrent;
using Earshot.JetStream.Requests;

namespace Earshot.JetStream.Publishing;

/// <summary>
/// The subjects of stored publishes, with their stream. Most connections publish to few subjects, or to one repeatedly, so the last one is
/// found without searching. The number of remembered subjects is limited.
/// </summary>
internal sealed class KnownSubjects
{
    private const int Most = 1024;

    private readonly ConcurrentDictionary<string, StreamEntry> _streams = new();
    private volatile Pair? _last;

    public StreamEntry? Find(string subject) =>
        _last is { } last && last.Subject == subject ? last.Stream : _streams.GetValueOrDefault(subject);

    public void Add(string subject, StreamEntry stream)
    {
        if (_last is { } last && last.Subject == subject && last.Stream == stream)
        {
            return;
        }

        if (_streams.Count >= Most && !_streams.ContainsKey(subject))
        {
            _streams.Clear();
        }

        if (!_streams.TryGetValue(subject, out StreamEntry? known) || known != stream)
        {
            _streams[subject] = stream;
        }

        _last = new Pair(subject, stream);
    }

    private sealed record Pair(string Subject, StreamEntry Stream);
}
