using Earshot.Server.JetStream;
using Xunit;

namespace Earshot.Server.Tests.Faults;

/// <summary>The ids of messages that are lost by a fault.</summary>
public sealed class DeduplicationTests
{
    private static readonly DateTimeOffset s_start = new(2027, 5, 3, 10, 0, 0, TimeSpan.Zero);
    private readonly byte[] _id = "A"u8.ToArray();

    [Fact]
    public void Id_of_a_lost_message_that_is_published_again_has_a_window_of_its_own()
    {
        var ids = new Deduplication();
        ids.Add(_id, 1, s_start.AddSeconds(120));
        ids.ForgetFrom(1);
        Assert.False(ids.TryFind(_id, s_start, out _));
        ids.Add(_id, 1, s_start.AddSeconds(220));

        Assert.True(ids.TryFind(_id, s_start.AddSeconds(120), out ulong sequence));
        Assert.Equal(1ul, sequence);
        Assert.True(ids.TryFind(_id, s_start.AddSeconds(219), out _));
        Assert.False(ids.TryFind(_id, s_start.AddSeconds(220), out _));
    }
}
