#pragma warning disable CA2012 // the calls throw, so there is no task to wait for
using Earshot.Testing;
using Xunit;
using static Earshot.Catalogue.Tests.Calls.Rows.Row;

namespace Earshot.Catalogue.Tests.Calls.Rows;

/// <summary>A01 to A10: subjects, reply subjects and queue groups.</summary>
internal static class SubjectRows
{
    private const string Type = "Bad subjects, reply subjects and queue groups are subtypes of NatsException (issue 14), with the name of the parameter.";

    public static IReadOnlyList<CallRow> All { get; } = [.. Rows().Select(row => row with { Difference = row.Call is null ? row.Difference : Type })];

    private static IEnumerable<CallRow> Rows() =>
    [
        Refused<NatsInvalidSubjectException>("A01", "publish to null", nats => nats.PublishAsync(null!, 1)),
        Refused<NatsInvalidSubjectException>("A01", "subscribe to null", nats => nats.SubscribeCoreAsync<int>(null!)),
        Refused<NatsInvalidSubjectException>("A01", "request to null", nats => nats.RequestAsync<int, int>(null!, 1)),
        .. Everywhere("A01", ""),
        .. Everywhere("A02", " ", "a b", "a\tb", "a\rb", "a\nb", "a\r\nPUB x 0\r\n"),
        .. Everywhere("A03", "a\0b", "a\u0001b", "a\u001fb", "a\u007fb"),
        Scenario("A03", "letters beyond ASCII", rig => PassesAsync(rig, "gr\u00fcn.\u4e16\u754c", "a\u0085b", "a\u2028b")) with
        {
            Difference = "U+0085 and U+2028 are allowed: they are neither blanks nor ends of a line to any NATS server (InjectionProperties).",
        },
        .. Everywhere("A04", "a\ud800b", "a\udc00"),
        Refused<NatsInvalidSubjectException>("A04", "reply", nats => nats.PublishAsync("a", 1, replyTo: "b\ud800")),
        Refused<NatsInvalidHeaderException>("A04", "header", nats => nats.PublishAsync("a", 1, new NatsHeaders { ["A"] = "\ud800" })),
        .. Everywhere("A05", ".a", "a.", "a..b", "."),
        .. ToSend("A06", "a.*", "a.>", "*", ">", "*.a"),
        Scenario("A06", "wildcard signs inside a token", rig => PassesAsync(rig, "a.*x", "a.x>", "a.>b")),
        Refused<NatsInvalidSubjectException>("A07", "subscribe", nats => nats.SubscribeCoreAsync<int>("a.>.b")),
        Refused<NatsInvalidSubjectException>("A07", "enumerate", nats => nats.SubscribeAsync<int>("a.>.b")),
        Scenario("A07", "> inside a token", SubscribesAsync),
        .. Everywhere("A08", new string('x', 5_000)),
        Refused<NatsInvalidSubjectException>("A08", "with its reply", nats => nats.PublishAsync(new string('x', 2_500), 1, replyTo: new string('y', 2_500))),
        Refused<NatsInvalidSubjectException>("A09", "empty", nats => nats.PublishAsync("a", 1, replyTo: "")),
        Refused<NatsInvalidSubjectException>("A09", "space", nats => nats.PublishAsync("a", 1, replyTo: "b c")),
        Refused<NatsInvalidSubjectException>("A09", "wildcard", nats => nats.PublishAsync("a", 1, replyTo: "b.*")),
        Refused<NatsInvalidQueueGroupException>("A10", "empty", nats => nats.SubscribeCoreAsync<int>("a", "")),
        Refused<NatsInvalidQueueGroupException>("A10", "space", nats => nats.SubscribeCoreAsync<int>("a", "b c")),
        Refused<NatsInvalidQueueGroupException>("A10", "wildcard", nats => nats.SubscribeCoreAsync<int>("a", "*")),
    ];

    private static IEnumerable<CallRow> Everywhere(string id, params string[] subjects) =>
        subjects.SelectMany(subject => (CallRow[])
        [
            Refused<NatsInvalidSubjectException>(id, $"publish to {Shown(subject)}", nats => nats.PublishAsync(subject, 1)),
            Refused<NatsInvalidSubjectException>(id, $"subscribe to {Shown(subject)}", nats => nats.SubscribeCoreAsync<int>(subject)),
            Refused<NatsInvalidSubjectException>(id, $"request to {Shown(subject)}", nats => nats.RequestAsync<int, int>(subject, 1)),
        ]);

    private static IEnumerable<CallRow> ToSend(string id, params string[] subjects) =>
        subjects.SelectMany(subject => (CallRow[])
        [
            Refused<NatsInvalidSubjectException>(id, $"publish to {Shown(subject)}", nats => nats.PublishAsync(subject, 1)),
            Refused<NatsInvalidSubjectException>(id, $"request to {Shown(subject)}", nats => nats.RequestAsync<int>(subject)),
            Refused<NatsInvalidSubjectException>(id, $"many replies from {Shown(subject)}", nats => nats.RequestManyAsync<int, int>(subject, 1)),
        ]);

    private static async Task PassesAsync(Client.Tests.Lifecycle.Connection.ConnectionRig rig, params string[] subjects)
    {
        ScriptedPeer peer = await rig.OpenAsync();
        foreach (string subject in subjects)
        {
            await rig.Connection.PublishAsync(subject, 1, cancellationToken: rig.Token);
            Assert.Equal($"PUB {subject} 1", (await peer.ReadOperationAsync(rig.Token))!.Line);
        }
    }

    private static async Task SubscribesAsync(Client.Tests.Lifecycle.Connection.ConnectionRig rig)
    {
        ScriptedPeer peer = await rig.OpenAsync();
        await using INatsSub<int> sub = await rig.Connection.SubscribeCoreAsync<int>("a>", cancellationToken: rig.Token);
        await peer.ExpectAsync("SUB a> 1", rig.Token);
    }
}
