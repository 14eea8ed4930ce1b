using Xunit;

namespace Earshot.Catalogue.Tests.Bytes.Engines;

/// <summary>
/// Rows A, W and M: messages before and behind the bytes are delivered, exactly the listed events happen, the client answers as
/// listed, and the session remains.
/// </summary>
internal static class SessionEngine
{
    public static async Task RunAsync(ByteRow row)
    {
        await using OpenSession session = await OpenSession.StartAsync(row.Options);
        await session.SendAsync($"MSG foo 1 6\r\nbefore\r\n{row.Bytes}MSG foo 1 5\r\nafter\r\n");
        IReadOnlyList<string> sent = await session.SettleAsync();

        Assert.Equal(["foo||before", .. row.Delivered, "foo||after"], session.Received());
        List<NatsConnectionEvent> events = session.Events();
        Assert.Equal(row.Events, events.Select(e => e.Kind));
        Assert.Contains(row.Text, events.Count == 0 ? "" : TextOf(events[0]), StringComparison.Ordinal);
        Assert.Equal(row.Sent, sent);
        Assert.Equal((NatsConnectionState.Open, 0L), (session.Connection.ConnectionState, session.Connection.Stats.Reconnects));
    }

    private static string TextOf(NatsConnectionEvent e) => e switch
    {
        NatsServerErrorEvent error => error.Text,
        NatsConfigurationWarningEvent warning => warning.Text,
        _ => e.ToString(),
    };
}
