using System.Text;
using Earshot.Fleet.Shipping;
using Xunit;

namespace Earshot.Fleet.Tests.Shipping.Spooling;

/// <summary>What is read of the files of earlier processes, and when it is sent.</summary>
public sealed class SpoolReaderTests
{
    [Fact]
    public void Lines_of_others_and_damaged_ones_are_left_out()
    {
        string[] lines =
        [
            """{"v":1,"conn":"c1","svc":"orders-api","inst":"p1","ev":[{"k":102,"n":1,"t":"2030-01-01T00:00:00+00:00"}]}""",
            """{"v":1,"conn":"c1","svc":"billing","inst":"p1","ev":[{"k":102,"n":2,"t":"2030-01-01T00:00:00+00:00"}]}""",
            """{"v":1,"conn":"c1.*","svc":"orders-api","inst":"p1","ev":[{"k":102,"n":3,"t":"2030-01-01T00:00:00+00:00"}]}""",
            """{"v":2,"conn":"c1","svc":"orders-api","inst":"p1","ev":[{"k":102,"n":4,"t":"2030-01-01T00:00:00+00:00"}]}""",
            """{"v":1,"conn":"c1","svc":"orders-api","inst":">","ev":[{"k":102,"n":5,"t":"2030-01-01T00:00:00+00:00"}]}""",
            new string('a', 1024 * 1024),
            "\0\0\0",
            """{"v":1,"conn":"c1","svc":"orders-api","inst":"p1","ev":[{"k":103,"n":8,"t":"2030-01-01T00:00:00+00:00","duration":1e400}]}""",
            Long("\U0001F600"), // it is cut inside of a character
            """{"v":1,"conn":"c1","svc":"orders-api","inst":"p1","ev":[{"k":103,"n":6,"t":"2030-01-01T00:00:00+00:00"}]}""",
            """{"v":1,"conn":"c1","svc":"orders-api","inst":"p1","ev":[{"k":103,"n":7""",
        ];
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(string.Join('\n', lines)));
        FrozenBatch batch = Assert.Single(SpoolReader.Read(stream, Shippers.Options()));
        Assert.Equal(("earshot.v1.j.orders-api.p1.c1", "c1:1-6", 2L), (batch.Subject, batch.MsgId, batch.Events));
        var receiver = new Receiver();
        receiver.Store(batch);
        Assert.Equal([1L, 6L], receiver.Of("c1").Select(entry => entry.Sequence));
    }

    [Fact]
    public void What_an_outbox_writes_is_read_whatever_the_size_of_its_batches()
    {
        NatsJournalShippingOptions options = Shippers.Options();
        (options.BatchEvents, options.OutboxSize, options.BatchBytes) = (1024, 4 * 1024 * 1024, 64 * 1024);
        var rig = new ShipmentRig(options);
        var story = new EventStory("c1");
        for (int i = 0; i < 2000; i++)
        {
            rig.Add("c1", story.Disconnected());
        }

        rig.Shipment.Outbox.Freeze(int.MaxValue);
        List<byte[]> lines = [.. rig.Shipment.Outbox.Copy()];
        Assert.All(lines, line => Assert.InRange(line.Length, 1, options.BatchBytes));
        using var file = new MemoryStream([.. lines.SelectMany(line => line.Append((byte)'\n'))]);
        Assert.Equal(2000, SpoolReader.Read(file, options).Sum(batch => batch.Events));

        (options.BatchBytes, rig) = (1024 * 1024, new ShipmentRig(options));
        for (int i = 0; i < 1024; i++)
        {
            rig.Add("c2", story.Disconnected());
        }

        FrozenBatch longest = rig.Shipment.Outbox.Freeze(int.MaxValue)!;
        using var one = new MemoryStream([.. longest.Payload, (byte)'\n']);
        Assert.Equal(1024, SpoolReader.Read(one, options).Sum(batch => batch.Events));
    }

    private static string Long(string end)
    {
        const int LongestLine = 2 * 1024 * 1024;
        const string Head = "{\"v\":1,\"x\":\"";
        return $"{Head}{new string('a', LongestLine - 1 - Head.Length)}{end}\"}}";
    }

    [Fact]
    public void A_batch_of_an_earlier_process_waits_until_nothing_else_does()
    {
        var rig = new ShipmentRig();
        rig.Shipment.Ready(1, rig.Now);
        rig.Shipment.Recovered = new FrozenBatch(0, "earshot.v1.j.orders-api.p0.c0", "c0:1-2", [1, 2, 3], 2);
        var story = new EventStory("c1");
        rig.Add("c1", story.Error());
        rig.Now += rig.Options.Linger;
        FrozenBatch own = rig.Send()!;
        Assert.StartsWith("c1", own.MsgId);
        rig.Shipment.Answered(own.Number, SendFailure.None, null, rig.Now);
        FrozenBatch recovered = rig.Send()!;
        Assert.Equal("c0:1-2", recovered.MsgId);
        rig.Add("c1", story.Error());
        rig.Now += rig.Options.AckTimeout;
        Assert.Same(recovered, rig.Send());
        Assert.NotNull(rig.Shipment.Recovered);
        rig.Shipment.Answered(recovered.Number, SendFailure.None, null, rig.Now);
        Assert.Null(rig.Shipment.Recovered);
        Assert.Equal(3, rig.Shipment.Counts.Shipped);
    }
}
