using System.Globalization;
using System.Text;
using Earshot.Server.Access;
using Xunit;

namespace Earshot.Server.Tests.Routing;

/// <summary>How often the permits for responses look at the clock: once for each permit that they examine.</summary>
public sealed class ResponsePermitsTests
{
    private const int Requests = 10_000;
    private static readonly TimeSpan s_expiry = TimeSpan.FromMinutes(2);

    private readonly CountingClock _clock = new();
    private readonly ResponsePermits _permits;

    public ResponsePermitsTests() => _permits = new ResponsePermits(_clock);

    [Fact]
    public void Used_permit_is_removed_with_its_last_use()
    {
        for (int i = 0; i < Requests; i++)
        {
            _permits.Grant(Inbox(i), 2, s_expiry);
            Assert.True(_permits.TryUse(Inbox(i), s_expiry));
            Assert.True(_permits.TryUse(Inbox(i), s_expiry));
        }

        Assert.Equal(3 * Requests, _clock.Reads); // it has never searched for permits that have expired
        Assert.False(_permits.TryUse(Inbox(0), s_expiry));
    }

    [Fact]
    public void Search_for_expired_permits_is_repeated_when_their_number_has_doubled()
    {
        for (int i = 0; i < Requests; i++)
        {
            _permits.Grant(Inbox(i), 1, s_expiry);
        }

        Assert.InRange(_clock.Reads, Requests, 4 * Requests);
        _clock.Now = s_expiry + TimeSpan.FromTicks(1);
        for (int i = 0; i < Requests; i++)
        {
            _permits.Grant(Inbox(Requests + i), 1, s_expiry);
        }

        Assert.Equal(0, Enumerable.Range(0, Requests).Count(i => _permits.TryUse(Inbox(i), s_expiry)));
        Assert.Equal(Requests, Enumerable.Range(Requests, Requests).Count(i => _permits.TryUse(Inbox(i), s_expiry)));
    }

    private static byte[] Inbox(int number) => Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"_INBOX.{number}"));

    private sealed class CountingClock : TimeProvider
    {
        public TimeSpan Now { get; set; }

        public int Reads { get; private set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp()
        {
            Reads++;
            return Now.Ticks;
        }
    }
}
