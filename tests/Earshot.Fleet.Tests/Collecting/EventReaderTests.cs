using System.Text;
using System.Text.Json;
using Earshot.Fleet.Collecting;
using Earshot.Fleet.Records;
using Xunit;

namespace Earshot.Fleet.Tests.Collecting;

/// <summary>Events that real servers have sent, with other ids: a line is the subject and the message.</summary>
public sealed class EventReaderTests
{
    private const string Newest = "events-2.15.1.txt";
    private const string Oldest = "events-2.9.10.txt";

    private static readonly DateTimeOffset s_received = new(2026, 11, 29, 22, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(Newest, 1, 5, 3, 1, 2)]
    [InlineData(Oldest, 1, 3, 3, 0, 3)]
    public void Every_captured_event_is_read(string file, int connects, int disconnects, int statistics, int lameDucks, int shutdowns)
    {
        ILookup<ServerRecordKind, SystemEvent> events = Read(file).ToLookup(e => e.Record.Kind);
        Assert.Equal(
            (connects, disconnects, statistics, lameDucks, shutdowns),
            (events[ServerRecordKind.Connect].Count(), events[ServerRecordKind.Disconnect].Count(), events[ServerRecordKind.Stats].Count(), events[ServerRecordKind.LameDuck].Count(), events[ServerRecordKind.Shutdown].Count()));
        Assert.All(events.SelectMany(same => same), e => Assert.Equal(('N', s_received, "c"), (e.Record.Server.Id[0], e.Record.Received, e.Record.Server.Cluster)));
        Assert.All(events.SelectMany(same => same), e => Assert.Equal(2026, e.Record.At.Year));
        Assert.Equal(Lines(file).Count(line => line.Subject.StartsWith("$SYS", StringComparison.Ordinal)), events.SelectMany(same => same).Select(e => e.MessageId).Distinct().Count());
    }

    [Fact]
    public void End_of_a_connection_has_what_the_server_says_of_it()
    {
        SystemEvent end = Read(Newest).Single(e => e.Record is { Kind: ServerRecordKind.Disconnect, Client.Account: "APP" });
        ServerClient client = end.Record.Client!;
        Assert.Equal("event03", end.MessageId);
        Assert.Equal(("n2", "2.15.1", "Client Closed"), (end.Record.Server.Name, end.Record.Server.Version, end.Record.Reason));
        Assert.Equal((12UL, "orders", "orders-api", "127.0.0.1"), (client.Id, client.User, client.Name, client.Ip));
        Assert.Equal(("py", "1.0", "Client", end.Record.At), (client.Lang, client.Version, client.Kind, client.Stop!.Value));
        Assert.InRange(client.Stop!.Value - client.Start!.Value, TimeSpan.FromMilliseconds(250), TimeSpan.FromMilliseconds(400));
    }

    [Fact]
    public void Server_that_announces_its_end_is_the_whole_message()
    {
        SystemEvent mark = Read(Newest).Single(e => e.Record.Kind == ServerRecordKind.LameDuck);
        Assert.Equal(("n2", $"{mark.Record.Server.Id}:lameduck", 21), (mark.Record.Server.Name, mark.MessageId, mark.Record.At.Hour));
        Assert.Null(mark.Record.Client);
    }

    [Theory]
    [InlineData(Newest)]
    [InlineData(Oldest)]
    public void Statistics_name_each_route_once(string file) =>
        Assert.Equal([["n2"], ["n1"], ["n1"]], Read(file).Where(e => e.Record.Kind == ServerRecordKind.Stats).Select(e => e.RouteNames!));

    [Theory]
    [InlineData(Newest)]
    [InlineData(Oldest)]
    public void Both_reports_of_a_refused_client_are_one_loss_and_its_token_is_left_out(string file)
    {
        List<ServerRecord> refused = [.. Read(file).Select(e => e.Record).Where(record => record.Reason == "Authentication Failure")];
        Assert.Equal(2, Incidents.Find(refused).Losses.Count());
        string text = string.Join('\n', refused.Select(record => JsonSerializer.Serialize(record, FleetJson.Default.ServerRecord)));
        Assert.Contains("planted-token", string.Join('\n', Lines(Oldest)), StringComparison.Ordinal);
        Assert.DoesNotContain("planted-token", text, StringComparison.Ordinal);
        Assert.DoesNotContain("[REDACTED]", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("jwt", "header.payload.signature")]
    [InlineData("issuer_key", "AAAA")]
    [InlineData("nonce", "abc")]
    [InlineData("tags", "x")]
    [InlineData("feature_flags", "y")]
    public void Member_that_is_not_on_the_list_is_not_read(string member, string value)
    {
        foreach ((string subject, string json) in Lines(Newest).Where(line => line.Subject.Contains("CONNECT", StringComparison.Ordinal)))
        {
            string planted = json.Replace("\"kind\":\"Client\"", $"\"kind\":\"Client\",\"{member}\":\"{value}\"", StringComparison.Ordinal);
            Assert.NotEqual(json, planted);
            SystemEvent? read = EventReader.Read(subject, Encoding.UTF8.GetBytes(planted), s_received, FleetRedaction.Default);
            string stored = Encoding.UTF8.GetString(new HeldRecord(read!.Record, read.MessageId, s_received).Body);
            Assert.DoesNotContain(member, stored, StringComparison.Ordinal);
            Assert.DoesNotContain($"\"{value}\"", stored, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Imported_subjects_are_the_same_events()
    {
        (string Imported, string System)[] pairs =
        [
            ("earshot.sys.connect.APP", "$SYS.ACCOUNT.APP.CONNECT"), ("earshot.sys.disconnect.$G", "$SYS.ACCOUNT.$G.DISCONNECT"), ("earshot.sys.refused.ID", "$SYS.SERVER.ID.CLIENT.AUTH.ERR"),
            ("earshot.sys.statsz.ID", "$SYS.SERVER.ID.STATSZ"), ("earshot.sys.lameduck.ID", "$SYS.SERVER.ID.LAMEDUCK"), ("earshot.sys.shutdown.ID", "$SYS.SERVER.ID.SHUTDOWN"),
            ("earshot.sys.disconnect.connect", "$SYS.ACCOUNT.connect.DISCONNECT"),
        ];
        Assert.All(pairs, pair => Assert.Equal(EventSubjects.KindOf(pair.System), EventSubjects.KindOf(pair.Imported)));
        Assert.All(pairs, pair => Assert.NotNull(EventSubjects.KindOf(pair.Imported)));
        Assert.Null(EventSubjects.KindOf("earshot.sys.other.ID"));
        Assert.Null(EventSubjects.KindOf("earshot"));
    }

    [Theory]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"server":{"name":"n1"},"client":{"id":1},"id":"x"}""")]
    [InlineData("""{"server":{"id":"N1"},"id":"x"}""")]
    [InlineData("""{"server":{"id":"N1"},"client":{"id":1}}""")]
    [InlineData("""{"server":{"id":"N1"},"client":{"id":"one"},"id":"x"}""")]
    [InlineData("")]
    public void Message_of_another_form_is_ignored(string json)
    {
        Assert.Null(EventReader.Read("$SYS.ACCOUNT.APP.CONNECT", Encoding.UTF8.GetBytes(json), s_received, FleetRedaction.Default));
        Assert.Null(EventReader.Read("$SYS.SERVER.ID.SHUTDOWN", Encoding.UTF8.GetBytes(json.Replace("\"id\":\"x\"", "\"x\":1", StringComparison.Ordinal)), s_received, FleetRedaction.Default));
    }

    [Fact]
    public void Addresses_are_kept_as_the_redaction_says()
    {
        (string subject, string json) = Lines(Newest).First(line => line.Subject.EndsWith("APP.CONNECT", StringComparison.Ordinal));
        SystemEvent dropped = EventReader.Read(subject, Encoding.UTF8.GetBytes(json), s_received, new FleetRedaction { Addresses = FleetAddressPolicy.Drop })!;
        Assert.DoesNotContain("127.0.0", JsonSerializer.Serialize(dropped.Record, FleetJson.Default.ServerRecord), StringComparison.Ordinal);
    }

    private static IEnumerable<SystemEvent> Read(string file) =>
        Lines(file).Select(line => EventReader.Read(line.Subject, Encoding.UTF8.GetBytes(line.Json), s_received, FleetRedaction.Default)).OfType<SystemEvent>();

    private static IEnumerable<(string Subject, string Json)> Lines(string file) =>
        File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Collecting", "Captured", file)).Select(line => line.Split(' ', 2)).Select(parts => (parts[0], parts[1]));
}
