using Earshot.Fleet.Analysis;
using Earshot.Fleet.Shipping;
using Xunit;

namespace Earshot.Fleet.Tests.Shipping.Core;

/// <summary>Events about the shipper's own messages are counted and not shipped; those of the application are.</summary>
public sealed class OwnSubjectTests
{
    private const string Own = "earshot.v1.j.orders-api.p1.c1";

    public static TheoryData<string, bool> Subjects => new()
    {
        { Own, true },
        { "_INBOX.x.*", true },
        { "earshot.v1.j.other.p1.c1", false },
        { "orders.created", false },
        { "_INBOX.y.*", false },
    };

    [Theory]
    [MemberData(nameof(Subjects))]
    public void Events_that_name_an_own_subject_are_not_shipped(string subject, bool isOwn)
    {
        var rig = new ShipmentRig();
        var story = new EventStory("c1");
        NatsConnectionEvent[] events =
        [
            story.Add(new NatsServerErrorEvent { Code = NatsServerErrorCode.PermissionsViolation, Text = $"Permissions Violation for Publish to \"{subject}\"" }),
            story.Add(new NatsPermissionViolationEvent { Subject = subject, Subscriptions = [], Text = "" }),
            story.Add(new NatsMessageDiscardedEvent { Subject = subject }),
        ];
        rig.Add("c1", story.Disconnected());
        foreach (NatsConnectionEvent e in events)
        {
            rig.Add("c1", e);
        }

        rig.Add("c1", story.Disconnected());
        Assert.Equal(isOwn ? events.Length : 0, rig.Shipment.Counts.Skipped);
        Assert.Equal(isOwn ? 2 : 2 + events.Length, rig.Shipment.Counts.Held);
        rig.Shipment.Ready(1, rig.Now);
        rig.SendAll();
        Assert.Equal(0, Coverage.Missing(rig.Receiver.Of("c1"))); // what is not shipped is no hole
    }

    [Fact]
    public void Failed_requests_are_those_of_the_application()
    {
        var own = new OwnSubjects("earshot.v1.j.");
        Assert.False(own.IsAbout(new EventStory("c1").Add(new NatsRequestsFailedEvent())));
        Assert.False(own.IsAbout(new EventStory("c1").Error()));
    }
}
