using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using Earshot.Events;

namespace Earshot.Testing;

/// <summary>
/// Searches for secrets in all events of all connections of a test assembly: each event as its line, as JSON, and with its
/// exceptions in full. A finding fails the run. Each assembly with connections switches it on by
/// <c>[assembly: AssemblyFixture(typeof(SecretScan))]</c>; what is written to the console is scanned by the script <c>test</c>.
/// </summary>
public sealed partial class SecretScan : IDisposable
{
    private static readonly ConcurrentDictionary<Type, PropertyInfo[]> s_exceptions = [];
    private readonly BlockingCollection<NatsConnectionEvent> _events = [];
    private readonly ConcurrentQueue<string> _findings = [];
    private readonly Thread _scanning;

    /// <summary>Starts to look. One instance per process.</summary>
    public SecretScan()
    {
        Journal.DebugObserver = e => _events.Add(e);
        _scanning = new Thread(Scan) { IsBackground = true, Name = "secret scan" };
        _scanning.Start();
    }

    /// <summary>
    /// What no output may hold: the mark that the tests put into their passwords and tokens, seeds of nkeys, JWTs, private keys. The
    /// script <c>test</c> has the same list.
    /// </summary>
    public static Match Find(string shown) => Secret().Match(shown);

    /// <summary>What an event shows before its first secret; null when it shows none.</summary>
    public static string? FindIn(NatsConnectionEvent e)
    {
        foreach (string shown in Shown(e))
        {
            if (Find(shown) is { Success: true } found)
            {
                return $"{e.Kind}: ...{shown[Math.Max(0, found.Index - 60)..found.Index]}<secret>";
            }
        }

        return null;
    }

    /// <summary>Scans what is left, then throws if a secret was shown.</summary>
    public void Dispose()
    {
        Journal.DebugObserver = null;
        _events.CompleteAdding();
        _scanning.Join();
        _events.Dispose();
        if (!_findings.IsEmpty)
        {
            throw new InvalidOperationException($"{_findings.Count} event(s) show a secret: {string.Join("; ", _findings.Take(5))}");
        }
    }

    [GeneratedRegex("c4n4ry|secretcanary|\\bS[UAONC][A-Z2-7]{56}\\b|eyJ[A-Za-z0-9_-]{10,}\\.[A-Za-z0-9_-]{10,}\\.|PRIVATE KEY", RegexOptions.CultureInvariant)]
    private static partial Regex Secret();

    private void Scan()
    {
        foreach (NatsConnectionEvent e in _events.GetConsumingEnumerable())
        {
            if (FindIn(e) is { } finding)
            {
                _findings.Enqueue(finding);
            }
        }
    }

    private static IEnumerable<string> Shown(NatsConnectionEvent e)
    {
        yield return e.ToString();
        if (e is IExportedEvent exported)
        {
            yield return JsonSerializer.Serialize(exported, EventJson.Default.IExportedEvent);
        }

        foreach (PropertyInfo property in s_exceptions.GetOrAdd(e.GetType(), static type => [.. type.GetProperties().Where(p => p.PropertyType == typeof(Exception))]))
        {
            if (property.GetValue(e) is Exception exception)
            {
                yield return exception.ToString();
            }
        }
    }
}
