using System.Buffers;
using System.Text;
using Earshot.Client.Tests.Lifecycle.Connection;
using Earshot.Client.Tests.Serialization;
using Earshot.Testing;
using Xunit;

namespace Earshot.Client.Tests.Outbound;

/// <summary>Bytes and text, however they are passed, take the same way with the same checks and arrive as the same frames.</summary>
public sealed class PublishFormsTests
{
    private const string LoneSurrogate = "a\ud800b";

    private static readonly Dictionary<string, Func<NatsConnection, string, string?, NatsHeaders?, string, ValueTask>> s_forms = new()
    {
        ["byte[]"] = (nats, subject, replyTo, headers, text) => nats.PublishAsync<byte[]>(subject, Encoding.UTF8.GetBytes(text), headers, replyTo),
        ["Memory<byte>"] = (nats, subject, replyTo, headers, text) => nats.PublishAsync<Memory<byte>>(subject, Encoding.UTF8.GetBytes(text), headers, replyTo),
        ["ReadOnlyMemory<byte>"] = (nats, subject, replyTo, headers, text) => nats.PublishAsync<ReadOnlyMemory<byte>>(subject, Encoding.UTF8.GetBytes(text), headers, replyTo),
        ["ReadOnlySequence<byte>"] = (nats, subject, replyTo, headers, text) => nats.PublishAsync(subject, new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(text)), headers, replyTo),
        ["ReadOnlySequence<byte> of many"] = (nats, subject, replyTo, headers, text) => nats.PublishAsync(subject, Payloads.Scattered(Encoding.UTF8.GetBytes(text)), headers, replyTo),
        ["string"] = (nats, subject, replyTo, headers, text) => nats.PublishAsync<string>(subject, text, headers, replyTo),
        ["object"] = (nats, subject, replyTo, headers, text) => nats.PublishAsync<object>(subject, text, headers, replyTo),
    };

    public static TheoryData<string> Forms => [.. s_forms.Keys];

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task Each_form_arrives_with_its_subject_reply_subject_and_payload(string form)
    {
        await using var rig = new ConnectionRig();
        ScriptedPeer peer = await rig.OpenAsync();
        string[] subjects = ["first", "second.of.them", "dritter.ü", "first"];
        string?[] replies = [null, "reply", "r.ü", null, new string('r', 300)];
        string[] texts = ["", "x", "größer", LoneSurrogate, new string('y', 511), new string('ü', 300), new string('z', 20_000), "end"];
        foreach (string? replyTo in replies)
        {
            foreach (string subject in subjects)
            {
                foreach (string text in texts)
                {
                    await s_forms[form](rig.Connection, subject, replyTo, null, text);

                    ClientOperation sent = await peer.ExpectAsync($"PUB {subject}", rig.Token);
                    byte[] payload = Encoding.UTF8.GetBytes(text);
                    Assert.Equal($"PUB {subject} {(replyTo is null ? "" : replyTo + " ")}{payload.Length}", sent.Line);
                    Assert.Equal(payload, sent.Payload);
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task Each_form_arrives_with_its_headers_how_often_they_are_sent(string form)
    {
        await using var rig = new ConnectionRig();
        ScriptedPeer peer = await rig.OpenAsync();
        NatsHeaders[] all = [new() { ["K"] = "v" }, new() { ["K"] = "ü", ["L"] = new(["one", "two"]) }, []];
        for (int i = 0; i < 5; i++)
        {
            foreach (NatsHeaders headers in all)
            {
                foreach (string? replyTo in new[] { null, "reply" })
                {
                    foreach (string text in new[] { "", "x", "größer" })
                    {
                        await s_forms[form](rig.Connection, "subject", replyTo, headers, text);

                        ClientOperation sent = await peer.ExpectAsync("HPUB subject", rig.Token);
                        string block = $"NATS/1.0\r\n{string.Concat(headers.SelectMany(static header => header.Value, static (header, value) => $"{header.Key}: {value}\r\n"))}\r\n";
                        int size = Encoding.UTF8.GetByteCount(block);
                        Assert.Equal($"HPUB subject {(replyTo is null ? "" : replyTo + " ")}{size} {size + Encoding.UTF8.GetByteCount(text)}", sent.Line);
                        Assert.Equal(block + text, sent.PayloadText);
                    }
                }
            }

            all[0]["K"] = $"v{i}"; // a changed value is never sent as the old one
        }
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task Each_form_refuses_invalid_subjects_and_writes_nothing(string form)
    {
        await using var rig = new ConnectionRig();
        ScriptedPeer peer = await rig.OpenAsync();
        Func<NatsConnection, string, string?, NatsHeaders?, string, ValueTask> publish = s_forms[form];
        await rig.Connection.PublishAsync<byte[]>("with.headers", [], new NatsHeaders { ["K"] = "v" }, cancellationToken: rig.Token); // its subject is not kept for the next one
        string[] invalid = [null!, "", ".a", "a.", "a..b", "a b", "a\tb", "a\r\nPUB b 0\r\n", "a.*", "a.>", "a\u007f", LoneSurrogate, new string('a', 5_000)];

        foreach (string subject in invalid)
        {
            await Assert.ThrowsAsync<NatsInvalidSubjectException>(() => publish(rig.Connection, subject, null, null, "x").AsTask());
            if (subject is not null)
            {
                await Assert.ThrowsAsync<NatsInvalidSubjectException>(() => publish(rig.Connection, "valid", subject, null, "x").AsTask());
            }

            await publish(rig.Connection, "valid", null, null, "x");
        }

        await Assert.ThrowsAsync<NatsInvalidSubjectException>(() => publish(rig.Connection, new string('a', 2_500), new string('b', 2_500), null, "x").AsTask());
        await peer.ExpectAsync("HPUB with.headers", rig.Token);
        foreach (string _ in invalid)
        {
            Assert.Equal("PUB valid 1", (await peer.ExpectAsync("PUB", rig.Token)).Line);
        }

        await rig.Connection.PublishAsync("last", cancellationToken: rig.Token);
        Assert.Equal("PUB last 0", (await peer.ExpectAsync("PUB", rig.Token)).Line);
    }
}
