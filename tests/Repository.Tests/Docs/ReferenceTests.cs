using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using Earshot;
using Earshot.Dashboard;
using Earshot.Fleet;
using Earshot.Hosting;
using Earshot.JetStream;
using Earshot.JetStream.ConsumerGroups;
using Earshot.KeyValueStore;
using Earshot.ObjectStore;
using Earshot.Services;
using Xunit;

namespace Repository.Tests.Docs;

/// <summary>Holds the reference pages to the code: every event with its payload, every option with its default, every exception.</summary>
public sealed partial class ReferenceTests
{
    private static readonly NatsEventKind[] s_kinds = [.. Enum.GetValues<NatsEventKind>().Where(kind => kind != NatsEventKind.None)];

    [Fact]
    public void Every_event_kind_has_a_row_with_its_id_class_and_payload()
    {
        var rows = MarkdownFile.Named("docs/reference/events.md").Rows.Where(row => int.TryParse(row[0], CultureInfo.InvariantCulture, out _)).ToList();
        Assert.Equal(
            s_kinds.Select(kind => $"{(int)kind} {Class(kind)} {kind}: {string.Join(", ", Payload(kind))}"),
            rows.Select(row => $"{row[0]} {row[1]} {row[2]}: {row[3]}"));
        Assert.All(rows, row => Assert.NotEmpty(row[4]));
    }

    [Theory]
    [InlineData(typeof(NatsOpts), "NatsOpts")]
    [InlineData(typeof(NatsSubOpts), "NatsSubOpts")]
    [InlineData(typeof(NatsPubOpts), "NatsPubOpts")]
    [InlineData(typeof(NatsAuthOpts), "NatsAuthOpts")]
    [InlineData(typeof(NatsTlsOpts), "NatsTlsOpts")]
    [InlineData(typeof(NatsWebSocketOpts), "NatsWebSocketOpts")]
    [InlineData(typeof(NatsTestServerOptions), "NatsTestServerOptions")]
    [InlineData(typeof(NatsJSPubOpts), "NatsJSPubOpts")]
    [InlineData(typeof(NatsJSPublisherOpts), "NatsJSPublisherOpts")]
    [InlineData(typeof(NatsJSBatchFlowControl), "NatsJSBatchFlowControl")]
    [InlineData(typeof(NatsJSBatchMsgOpts), "NatsJSBatchMsgOpts")]
    [InlineData(typeof(NatsJSFastPublisherOpts), "NatsJSFastPublisherOpts")]
    [InlineData(typeof(NatsMsgScheduleOpts), "NatsMsgScheduleOpts")]
    [InlineData(typeof(NatsJSConsumeOpts), "NatsJSConsumeOpts")]
    [InlineData(typeof(NatsJSRunOpts), "NatsJSRunOpts")]
    [InlineData(typeof(NatsJSFetchOpts), "NatsJSFetchOpts")]
    [InlineData(typeof(NatsJSPushConsumerOpts), "NatsJSPushConsumerOpts")]
    [InlineData(typeof(NatsKVOpts), "NatsKVOpts")]
    [InlineData(typeof(NatsKVWatchOpts), "NatsKVWatchOpts")]
    [InlineData(typeof(NatsKVDeleteOpts), "NatsKVDeleteOpts")]
    [InlineData(typeof(NatsKVPurgeOpts), "NatsKVPurgeOpts")]
    [InlineData(typeof(NatsObjPutOpts), "NatsObjPutOpts")]
    [InlineData(typeof(NatsObjGetOpts), "NatsObjGetOpts")]
    [InlineData(typeof(NatsObjListOpts), "NatsObjListOpts")]
    [InlineData(typeof(NatsObjWatchOpts), "NatsObjWatchOpts")]
    [InlineData(typeof(NatsSvcEndpointOpts), "NatsSvcEndpointOpts")]
    [InlineData(typeof(NatsSvcDiscoveryOpts), "NatsSvcDiscoveryOpts")]
    [InlineData(typeof(NatsForceReconnectOptions), "NatsForceReconnectOptions")]
    [InlineData(typeof(NatsHostOptions), "NatsHostOptions")]
    [InlineData(typeof(NatsHealthCheckOptions), "NatsHealthCheckOptions")]
    [InlineData(typeof(NatsSubscriberOptions), "NatsSubscriberOptions")]
    [InlineData(typeof(NatsDashboardOptions), "NatsDashboardOptions")]
    [InlineData(typeof(NatsInstrumentationOptions), "NatsInstrumentationOptions")]
    [InlineData(typeof(IncidentOptions), "IncidentOptions")]
    [InlineData(typeof(FleetRedaction), "FleetRedaction")]
    [InlineData(typeof(FleetStreamOptions), "FleetStreamOptions")]
    [InlineData(typeof(FleetReaderOptions), "FleetReaderOptions")]
    [InlineData(typeof(FleetCollectorOptions), "FleetCollectorOptions")]
    [InlineData(typeof(NatsJournalShippingOptions), "NatsJournalShippingOptions")]
    public void Every_option_has_a_row_with_its_default(Type options, string title)
    {
        string page = MarkdownFile.Named("docs/reference/options.md").Text;
        string section = page.Split($"\n## {title}\n")[1].Split("\n## ")[0];
        var rows = Row.Matches(section).ToDictionary(match => match.Groups["name"].Value, match => match.Groups["default"].Value);
        object? defaults = Activator.CreateInstance(options);
        Assert.Equal(
            Settable(options).Select(option => $"{option.Name} = {Show(option.GetValue(defaults))}").Order(StringComparer.Ordinal),
            rows.Select(row => $"{row.Key} = {row.Value}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_exception_and_every_reason_has_a_row()
    {
        var page = MarkdownFile.Named("docs/reference/errors.md");
        var names = page.Rows.Select(row => row[0]).ToHashSet();
        IEnumerable<string> wanted = typeof(NatsOpts).Assembly.GetExportedTypes().Concat(typeof(NatsException).Assembly.GetExportedTypes())
            .Concat(typeof(NatsJSException).Assembly.GetExportedTypes())
            .Concat(typeof(NatsKVException).Assembly.GetExportedTypes())
            .Concat(typeof(NatsObjException).Assembly.GetExportedTypes())
            .Concat(typeof(NatsPcgException).Assembly.GetExportedTypes())
            .Concat(typeof(NatsSvcException).Assembly.GetExportedTypes())
            .Where(type => type.IsAssignableTo(typeof(Exception)))
            .Select(type => type.Name)
            .Concat(Enum.GetNames<NatsOutcome>())
            .Concat(Enum.GetNames<NatsDisconnectReason>())
            .Concat(Enum.GetNames<NatsCloseReason>());
        Assert.All(wanted, name => Assert.Contains(name, names));
    }

    [GeneratedRegex(@"^\| `(?<name>\w+)` \| `(?<default>[^`]+)` \|", RegexOptions.Multiline)]
    private static partial Regex Row { get; }

    private static IEnumerable<PropertyInfo> Settable(Type options) =>
        options.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.SetMethod?.IsPublic == true);

    private static string Class(NatsEventKind kind) => kind switch
    {
        NatsEventKind.StatusChanged => "L*",
        NatsEventKind.ProtocolTrace => "C*",
        _ => NatsEventFilter.Lossless.Includes(kind) ? "L" : "C",
    };

    private static IEnumerable<string> Payload(NatsEventKind kind) =>
        typeof(NatsConnectionEvent).Assembly.GetType($"Earshot.Nats{kind}Event", throwOnError: true)!
            .GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
            .Where(property => property.GetMethod!.IsPublic && property.SetMethod is not null)
            .Select(property => property.Name);

    private static string Show(object? value) => value switch
    {
        null => "null",
        bool flag => flag ? "true" : "false",
        string text => $"\"{text}\"",
        TimeSpan time when time < TimeSpan.FromSeconds(1) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds} ms"),
        TimeSpan time => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds} s"),
        double number => number.ToString(CultureInfo.InvariantCulture),
        int or long or ulong => string.Format(CultureInfo.InvariantCulture, "{0:N0}", value),
        DateTimeOffset time => time.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        Enum name => name.ToString(),
        System.Collections.ICollection { Count: 0 } => "[]",
        IReadOnlyList<string> texts => string.Join(", ", texts),
        TimeProvider time => ReferenceEquals(time, TimeProvider.System) ? "TimeProvider.System" : time.GetType().Name,
        _ => value.GetType().Name,
    };
}
