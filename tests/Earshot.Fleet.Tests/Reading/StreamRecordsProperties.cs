using System.Text;
using CsCheck;
using Earshot.Fleet.Reading;
using Earshot.Fleet.Tests.Story;
using Xunit;

namespace Earshot.Fleet.Tests.Reading;

/// <summary>Whatever a message contains, it becomes records of its subject or none, and no exception.</summary>
public sealed class StreamRecordsProperties
{
    private static readonly string[] s_lines = Lines();
    private static readonly string[] s_texts = ["\"k\":", "null", "1e99", "-1", "\"\"", "{}", "[]", "9999999999999999999", "\"\\ud800\"", "\"9999-12-31T23:59:59.9999999-14:00\"", "true", ":", ",", "\0", "\u202e"];

    [Fact]
    public void A_changed_message_is_a_record_or_none() => Gen.Select(Gen.Int[0, s_lines.Length - 1], Gen.Select(Gen.Int[0, 2_000], Gen.Int[0, 40], Gen.Int[0, s_texts.Length - 1]).Array[0, 4]).Sample((which, changes) =>
    {
        string text = s_lines[which];
        foreach ((int at, int length, int what) in changes)
        {
            int from = at % (text.Length + 1);
            text = text[..from] + s_texts[what] + text[Math.Min(text.Length, from + length)..];
        }

        foreach (string subject in (string[])["earshot.v1.j.APP.orders.i1.c0", "earshot.v1.s.NN11.connect"])
        {
            IReadOnlyList<FleetRecord>? records = new StreamRecords(FleetRedaction.Default).Read(subject, Encoding.UTF8.GetBytes(text));
            Assert.All(records ?? [], record => Assert.True(record is JournalRecord { Connection: { Id: "c0", Service: "APP/orders", Instance: "i1" } } or ServerRecord { Server.Id: "NN11", Kind: ServerRecordKind.Connect }));
            Assert.NotNull(Incidents.Find(records ?? []));
        }
    });

    [Fact]
    public void Long_texts_are_cut()
    {
        string huge = new('x', 5_000);
        string body = $$$"""{"v":1,"conn":"c","name":"{{{huge}}}","ev":[{"k":103,"n":1,"t":"2026-11-29T03:00:00Z","reason":"{{{huge}}}","ex":"{{{huge}}}","srv":{"id":"{{{huge}}}","name":"{{{huge}}}","url":"nats://{{{huge}}}:4222"}}]}""";
        IReadOnlyList<FleetRecord> records = new StreamRecords(FleetRedaction.Default).Read("earshot.v1.j.orders.i1.c", Encoding.UTF8.GetBytes(body))!;
        Assert.InRange(Assert.Single(records).ToString().Length, 256, 2_000);
    }

    private static string[] Lines()
    {
        var story = new ClusterStory();
        StoryServer server = story.Start("n1");
        var client = new StoryClient("c0");
        story.Connect(client, server);
        story.Lost(client, NatsDisconnectReason.ServerClosed);
        story.Attempt(client, server, NatsConnectPhase.Tls, "AuthorizationViolation");
        using var lines = new MemoryStream();
        FleetRecordFile.WriteAsync(story.Records, lines).GetAwaiter().GetResult();
        return Encoding.UTF8.GetString(lines.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
