using System.Text;
using Earshot.Fleet.Reading;
using Xunit;

namespace Earshot.Fleet.Tests.Reading;

/// <summary>What is collected from the answers of servers, some of which answer more than once.</summary>
public sealed class ConnzCollectionTests
{
    private static readonly DateTimeOffset s_sent = new(2026, 11, 29, 10, 0, 0, TimeSpan.Zero);

    private static string Answer(int second, params ulong[] clients)
    {
        string rows = string.Join(',', clients.Select(client => $$"""{"cid":{{client}},"kind":"Client","ip":"127.0.0.1","port":4000,"start":"2026-11-29T09:00:00Z","account":"APP"}"""));
        return $$$"""
            {"server":{"name":"n1","id":"NA","ver":"2.15.1"},
             "data":{"server_id":"NA","now":"2026-11-29T10:00:0{{{second}}}Z","num_connections":1,"total":1,"offset":0,"limit":1024,"connections":[{{{rows}}}]}}
            """;
    }

    [Theory]
    [InlineData("NA", null, "n1 answers without its time, or with one that cannot be true.")]
    [InlineData("NA", "9999-12-31T23:59:59Z", "n1 answers without its time, or with one that cannot be true.")]
    [InlineData("N A", "2026-11-29T10:00:00Z", "A server answers without its id.")]
    public void An_answer_without_a_usable_time_or_id_is_a_problem_and_no_record(string id, string? now, string problem)
    {
        var collection = new ConnzCollection(FleetRedaction.Default, TimeProvider.System);
        string time = now is null ? "" : $"\"now\":\"{now}\",";
        Assert.False(collection.Add(Encoding.UTF8.GetBytes($$$"""{"server":{"name":"n1","id":"{{{id}}}"},"data":{{{{time}}}"total":2000,"connections":[{"cid":1}]}}"""), s_sent));
        ConnectionsReading reading = collection.ToReading(isDefaultAccount: false);
        Assert.Empty(reading.Records);
        Assert.Equal([problem], reading.Problems);
    }

    [Fact]
    public void Rows_that_are_null_and_times_that_cannot_be_true_are_left_out()
    {
        var collection = new ConnzCollection(FleetRedaction.Default, TimeProvider.System);
        collection.Add(Encoding.UTF8.GetBytes(Answer(1).Replace(
            "[]", """[null,{"cid":1,"start":"0001-01-01T00:00:00Z","stop":"0001-01-01T00:00:00Z"},{"cid":2,"start":"2026-11-29T09:00:00Z","stop":"9999-12-31T23:59:59Z"}]""", StringComparison.Ordinal)), s_sent);
        ServerRecord open = Assert.Single(collection.ToReading(isDefaultAccount: false).Records.OfType<ServerRecord>(), record => record.Client is not null);
        Assert.Equal((ServerRecordKind.Open, 1UL, null), (open.Kind, open.Client!.Id, open.Client.Start));
    }

    [Fact]
    public void A_connection_that_is_reported_twice_as_open_is_one_connection_as_last_reported()
    {
        var collection = new ConnzCollection(FleetRedaction.Default, TimeProvider.System);
        collection.Add(Encoding.UTF8.GetBytes(Answer(1, 7)), s_sent);
        collection.Add(Encoding.UTF8.GetBytes(Answer(2, 7, 8)), s_sent);
        ConnectionsReading reading = collection.ToReading(isDefaultAccount: false);
        Assert.Equal(2, reading.Open);
        Assert.Equal(
            [(7UL, s_sent.AddSeconds(2)), (8UL, s_sent.AddSeconds(2))],
            reading.Records.OfType<ServerRecord>().Where(record => record.Kind == ServerRecordKind.Open).Select(record => (record.Client!.Id, record.At)).Order());
        Assert.Equal("APP", collection.AccountOf("NA", 7));
        Assert.Null(collection.AccountOf("NB", 7));
    }
}
