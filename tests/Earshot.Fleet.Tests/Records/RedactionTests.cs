using System.Text;
using System.Text.Json;
using Earshot.Fleet.Reading;
using Earshot.Fleet.Records;
using Xunit;

namespace Earshot.Fleet.Tests.Records;

/// <summary>Planted credentials are in no record, no line and no sentence; addresses are kept as the policy says.</summary>
public sealed class RedactionTests
{
    // Made of parts, so that no scan of this file takes it for a real one.
    private static readonly string s_jwt = "eyJ" + "0eXAiOiJKV1QifQ" + ".eyJqdGkiOiJURVNUIn0.c2lnbmF0dXJl";
    private static readonly string s_seed = "SUA" + new string('B', 55);
    private const string Planted = "planted-secret";

    [Fact]
    public void Credentials_in_the_answer_of_a_server_are_never_read()
    {
        string answer = $$$"""
            {"server":{"name":"n1","host":"h","id":"NA","ver":"2.15.1","xkey":"{{{Planted}}}"},
             "data":{"server_id":"NA","now":"2026-11-29T10:00:00Z","num_connections":1,"total":1,"offset":0,"limit":1024,"connections":[
              {"cid":7,"kind":"Client","ip":"10.1.2.3","port":4000,"start":"2026-11-29T09:00:00Z","stop":"2026-11-29T09:59:00Z","reason":"Client Closed","name":"orders {{{s_jwt}}}",
               "jwt":"{{{s_jwt}}}","issuer_key":"{{{Planted}}}","nonce":"{{{Planted}}}","name_tag":"{{{Planted}}}","tags":["{{{Planted}}}"],"authorized_user":"{{{s_seed}}}","account":"APP"}]}}
            """;
        var reading = new ConnzCollection(FleetRedaction.Default, TimeProvider.System);
        Assert.False(reading.Add(Encoding.UTF8.GetBytes(answer), DateTimeOffset.UnixEpoch));
        IReadOnlyList<FleetRecord> records = reading.ToReading(isDefaultAccount: false).Records;
        AssertClean(records);
        ServerClient client = records.OfType<ServerRecord>().Single(record => record.Client is not null).Client!;
        Assert.Equal(("orders ***", "***", "APP", "10.1.2.3", 4000), (client.Name, client.User, client.Account, client.Ip, client.Port));
    }

    [Theory]
    [InlineData("2.9.10", null, null)]
    [InlineData("2.10.3", "$G", null)]
    [InlineData("2.9.10", "APP", "orders")]
    [InlineData("2.15.1", null, "orders")]
    [InlineData("", null, null)]
    public void The_user_of_an_old_server_is_not_kept_where_it_may_be_a_token(string version, string? account, string? kept)
    {
        var page = new ConnzPage { ServerId = "NA", Connections = [new ConnzRow { Id = 1, User = "orders", Account = account }] };
        ServerRecord record = Assert.Single(ConnzRecords.Of(new ServerIdentity("NA") { Version = version }, page, FleetRedaction.Default));
        Assert.Equal(kept, record.Client!.User);
    }

    [Fact]
    public void An_event_leaves_neither_texts_nor_subjects_nor_the_credentials_of_a_url()
    {
        NatsConnectionEvent[] events =
        [
            new NatsDisconnectedEvent { Server = new NatsServer { Url = new Uri($"nats://user:{Planted}@n1:4222") }, Exception = new IOException(Planted), SuspectedCause = Planted, ServerId = "NA", ClientId = 7 },
            new NatsServerErrorEvent { Text = Planted },
            new NatsConnectAttemptFailedEvent { Server = new NatsServer { Url = new Uri($"nats://{Planted}@n1:4222"), LastError = Planted }, Exception = new InvalidOperationException(Planted) },
            new NatsForceReconnectEvent { Reason = Planted },
            new NatsMessageDiscardedEvent { Subject = Planted },
        ];
        for (int i = 0; i < events.Length; i++)
        {
            (events[i].Sequence, events[i].Timestamp, events[i].SessionId) = (i + 1, DateTimeOffset.UnixEpoch.AddYears(50), 1);
        }

        IReadOnlyList<FleetRecord> records = FleetRecordFile.OfJournal(events, "c1");
        Assert.Equal(Enumerable.Range(1, events.Length), records.Select(record => (int)((JournalRecord)record).Entry.Sequence));
        Assert.Empty(Incidents.Find(records).MissingEvents);
        AssertClean(records);
        var lost = (JournalRecord)records[0];
        Assert.Equal(("nats://n1:4222", "System.IO.IOException"), (lost.Entry.Server!.Url, lost.Entry.Exception));
    }

    [Theory]
    [InlineData(FleetAddressPolicy.Keep, "10.1.2.3", "10.1.2.3", 4000)]
    [InlineData(FleetAddressPolicy.Truncate, "10.1.2.3", "10.1.2.0", 0)]
    [InlineData(FleetAddressPolicy.Truncate, "2001:db8:1:2:3::4", "2001:db8:1::", 0)]
    [InlineData(FleetAddressPolicy.Drop, "10.1.2.3", null, 0)]
    [InlineData(FleetAddressPolicy.Keep, "not an address", null, 4000)]
    public void Addresses_are_kept_as_the_policy_says(FleetAddressPolicy policy, string address, string? kept, int port)
    {
        var redaction = new FleetRedaction { Addresses = policy };
        var record = new ServerRecord { Kind = ServerRecordKind.Open, At = DateTimeOffset.UnixEpoch, Server = new ServerIdentity("NA"), Client = new ServerClient(1) { Ip = address, Port = 4000 } };
        ServerClient client = ((ServerRecord)redaction.Apply(record)).Client!;
        Assert.Equal((kept, port), (client.Ip, client.Port));
        var entry = new JournalEntry { Kind = NatsEventKind.Connected, Sequence = 1, Time = DateTimeOffset.UnixEpoch, Ip = address };
        Assert.Equal(kept, ((JournalRecord)redaction.Apply(new JournalRecord(new JournalConnection("c"), entry))).Entry.Ip);
    }

    [Fact]
    public void A_file_of_records_is_redacted_again_when_it_is_read()
    {
        string line = $$$"""{"v":1,"conn":"{{{s_jwt}}}","name":"{{{s_seed}}}","ev":[{"k":103,"n":1,"t":"2026-11-29T10:00:00Z","reason":"{{{s_jwt}}}","ex":"no type: {{{Planted}}}","srv":{"url":"nats://u:{{{Planted}}}@n1:4222/?{{{Planted}}}"}}]}""";
        Assert.True(RecordLines.TryRead(line, out IReadOnlyList<FleetRecord>? records, out _));
        AssertClean(records);
    }

    private static void AssertClean(IReadOnlyList<FleetRecord> records)
    {
        string lines = string.Join('\n', RecordLines.Write(records));
        string report = JsonSerializer.Serialize(Incidents.Find(records).Losses.Select(loss => loss.ToString()));
        foreach (string text in new[] { lines, report, string.Join('\n', records) })
        {
            Assert.DoesNotContain(Planted, text, StringComparison.Ordinal);
            Assert.DoesNotContain(s_jwt, text, StringComparison.Ordinal);
            Assert.DoesNotContain(s_seed, text, StringComparison.Ordinal);
        }
    }
}
