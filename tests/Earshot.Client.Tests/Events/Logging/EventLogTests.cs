using System.Text.RegularExpressions;
using Earshot.Client.Tests.Events.Catalogue;
using Earshot.Events;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Earshot.Client.Tests.Events.Logging;

public sealed partial class EventLogTests
{
    private static readonly NatsEventKind[] s_kinds = [.. Enum.GetValues<NatsEventKind>().Where(kind => kind is not (NatsEventKind.None or NatsEventKind.StatusChanged))];

    [Fact]
    public void Every_kind_has_a_template_of_its_own_with_the_kind_as_event_id_in_the_category_of_the_event()
    {
        Dictionary<string, NatsEventKind> templates = [];
        foreach (NatsEventKind kind in s_kinds)
        {
            LogEntry entry = Written(Samples.Make(kind))[0];
            Assert.Equal(((int)kind, kind.ToString(), $"Earshot.{(NatsEventCategory)((int)kind / 100)}"), (entry.Id.Id, entry.Id.Name, entry.Category));
            Assert.True(templates.TryAdd(entry.Template, kind), $"{kind} has the template of {templates.GetValueOrDefault(entry.Template)}");
            foreach (string name in Placeholder.Matches(entry.Template).Select(match => match.Groups[1].Value))
            {
                Assert.True(entry.Properties.ContainsKey(name), $"{kind}: {name} is not a property");
            }

            Assert.All((string[])["Connection", "Server", "Outage", "Attempt", "Session", "State", "Sequence"], name => Assert.Contains(name, entry.Properties.Keys));
            Assert.Equal("orders", entry.Properties["Connection"]);
        }
    }

    [Fact]
    public void Text_of_a_server_cannot_forge_lines_nor_properties()
    {
        LogEntry entry = Assert.Single(Written(new NatsServerErrorEvent { Text = "one\ntwo" }));
        Assert.Equal(@"orders: server error: one\ntwo (Unknown, 1 times)", entry.Text);
        Assert.Equal(@"one\ntwo", entry.Properties["Error"]);
    }

    [Fact]
    public void Exceptions_are_attached_at_Error_and_at_Debug_and_entries_between_are_one_line()
    {
        var exception = new IOException("reset");
        Assert.Same(exception, Assert.Single(Written(new NatsClosedEvent { Exception = exception })).Exception);
        Assert.Same(exception, Assert.Single(Written(new NatsConnectAttemptFailedEvent { Server = JournalRig.ServerA, Exception = exception })).Exception);
        Assert.All(
            Written(new NatsDisconnectedEvent { Server = JournalRig.ServerA, Exception = exception, WillReconnect = true }),
            entry => Assert.Equal(entry.Level == LogLevel.Debug, entry.Exception is not null));
    }

    [Fact]
    public void One_cause_is_one_error()
    {
        NatsConnectionEvent[] rejected =
        [
            new NatsConnectingEvent { Servers = [JournalRig.ServerA.Url] },
            new NatsServerErrorEvent { Text = "Authorization Violation", Code = NatsServerErrorCode.AuthorizationViolation, DisconnectExpected = true },
            new NatsAuthenticationErrorEvent { Server = JournalRig.ServerA, WillAbort = true },
            new NatsConnectAttemptFailedEvent { Server = JournalRig.ServerA, Exception = new IOException("rejected") },
            new NatsClosedEvent { Exception = new IOException("rejected") },
        ];
        Assert.Equal([110], Errors(rejected));
        Assert.Equal([502], Errors(new NatsServerErrorEvent { Text = "Permissions Violation", Code = NatsServerErrorCode.PermissionsViolation }, new NatsPermissionViolationEvent { Subject = "a", Subscriptions = [], Text = "no" }));
        Assert.Equal([501], Errors(new NatsServerErrorEvent { Text = "Invalid Subject", Code = NatsServerErrorCode.InvalidSubject }));
    }

    private static IEnumerable<int> Errors(params NatsConnectionEvent[] events) =>
        Written(events).Where(entry => entry.Level >= LogLevel.Error).Select(entry => entry.Id.Id);

    private static IReadOnlyList<LogEntry> Written(params NatsConnectionEvent[] events)
    {
        var entries = new LogEntries(LogLevel.Trace);
        var log = new EventLog(entries, "orders", new Microsoft.Extensions.Time.Testing.FakeTimeProvider());
        foreach (NatsConnectionEvent e in events)
        {
            log.Write(e);
        }

        return entries.All.Items;
    }

    [GeneratedRegex(@"\{(\w+)[^}]*\}")]
    private static partial Regex Placeholder { get; }
}
