using System.Text;
using Earshot.Client.Tests.Lifecycle.Connection;
using Earshot.Connections;
using Earshot.Outbound;
using Earshot.Testing;
using Earshot.Timing;
using Xunit;

namespace Earshot.Client.Tests.Extensions;

/// <summary>The operations of a connection's interface for extensions.</summary>
public sealed class ConnectionPortTests
{
    [Theory]
    [InlineData(null, null, "", "PUB $X.a 2\r\nhi")]
    [InlineData("reply.1", null, "", "PUB $X.a reply.1 2\r\nhi")]
    [InlineData(null, null, "Id: 7\r\n", "HPUB $X.a 19 21\r\nNATS/1.0\r\nId: 7\r\n\r\nhi")]
    [InlineData("reply.1", "Own", "Id: 7\r\n", "HPUB $X.a reply.1 27 29\r\nNATS/1.0\r\nOwn: 1\r\nId: 7\r\n\r\nhi")]
    [InlineData(null, "Own", "", "HPUB $X.a 20 22\r\nNATS/1.0\r\nOwn: 1\r\n\r\nhi")]
    public async Task A_message_with_encoded_subject_and_further_header_lines_is_one_frame(string? replyTo, string? header, string lines, string frame)
    {
        await using var rig = new ConnectionRig();
        ScriptedPeer peer = await rig.OpenAsync();
        NatsHeaders? headers = header is null ? null : new NatsHeaders { [header] = "1" };
        Publish(rig.Connection.Port, replyTo, headers, Encoding.ASCII.GetBytes(lines));
        ClientOperation? written = await peer.ReadOperationAsync(rig.Token);

        Assert.Equal(frame, $"{written?.Line}\r\n{written?.PayloadText}");
        Assert.Equal(header is null ? 0 : 1, headers?.Count ?? 0);
    }

    [Fact]
    public async Task Publishes_are_numbered_in_their_order()
    {
        await using var rig = new ConnectionRig();
        await rig.OpenAsync();
        Assert.Equal(0, Publish(rig.Connection.Port, null, null, []));
        Assert.Equal(1, Publish(rig.Connection.Port, null, null, []));
    }

    [Fact]
    public async Task Events_appended_through_the_port_are_in_the_journal()
    {
        await using var rig = new ConnectionRig();
        await rig.OpenAsync();
        ConnectionPort port = rig.Connection.Port;
        port.Append(new NatsConfigurationWarningEvent { Code = "Extension", Text = "told" });

        Assert.Equal("Extension", Assert.IsType<NatsConfigurationWarningEvent>(rig.Connection.Events.ToList()[^1]).Code);
        Assert.False(port.Wants(NatsEventKind.ProtocolTrace)); // nothing listens for it
    }

    [Fact]
    public async Task Timers_run_on_the_clock_of_the_connection()
    {
        await using var rig = new ConnectionRig();
        var fired = new TaskCompletionSource();
        var entry = new Entry(fired);
        rig.Connection.Port.Timers.Schedule(entry, TimeSpan.FromSeconds(3));
        rig.Time.Advance(TimeSpan.FromSeconds(2));
        Assert.False(fired.Task.IsCompleted);
        rig.Time.Advance(TimeSpan.FromSeconds(1));
        await fired.Task.WaitAsync(rig.Token);
    }

    private static long Publish(ConnectionPort port, string? replyTo, NatsHeaders? headers, ReadOnlySpan<byte> lines)
    {
        var message = new OutgoingMessage
        {
            Subject = "",
            SubjectBytes = "$X.a"u8,
            ReplyTo = replyTo,
            Headers = headers,
            HeaderLines = lines,
            HeadersLength = OutgoingMessage.MeasureHeaders(headers, lines),
            Payload = "hi"u8,
        };
        Assert.Equal(AppendResult.Appended, port.TryPublish(message, needsSession: true, out long number));
        return number;
    }

    private sealed class Entry(TaskCompletionSource fired) : TimerEntry
    {
        protected override void Fire() => fired.SetResult();
    }
}
