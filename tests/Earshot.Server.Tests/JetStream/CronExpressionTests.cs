using Earshot.Server.JetStream;
using Xunit;

namespace Earshot.Server.Tests.JetStream;

/// <summary>When schedules are due. The differential scripts say which patterns a real server accepts.</summary>
public sealed class CronExpressionTests
{
    [Theory]
    [InlineData("0 0 12 * * *", "UTC", "2026-11-28T11:59:59Z", "2026-11-28T12:00:00Z")]
    [InlineData("0 0 12 * * *", "UTC", "2026-11-28T12:00:00Z", "2026-11-29T12:00:00Z")]
    [InlineData("*/20 * * * * *", "UTC", "2026-11-28T12:00:00Z", "2026-11-28T12:00:20Z")]
    [InlineData("5/20 * * * * *", "UTC", "2026-11-28T12:00:45Z", "2026-11-28T12:01:05Z")]
    [InlineData("59 59 23 31 12 *", "UTC", "2026-12-31T23:59:59Z", "2027-12-31T23:59:59Z")]
    [InlineData("0 0 0 29 FEB *", "UTC", "2026-11-28T00:00:00Z", "2028-02-29T00:00:00Z")]
    [InlineData("0 0 0 1 * MON", "UTC", "2026-11-28T00:00:00Z", "2026-11-30T00:00:00Z")] // the first or a Monday
    [InlineData("0 0 0 ? * MON", "UTC", "2026-11-30T00:00:00Z", "2026-12-07T00:00:00Z")]
    [InlineData("0 0 0 */2 * MON", "UTC", "2026-11-28T00:00:00Z", "2026-11-29T00:00:00Z")] // a step is no star
    [InlineData("0 30 9 * * MON-FRI", "Europe/Berlin", "2026-11-27T12:00:00Z", "2026-11-30T09:30:00+01:00")]
    [InlineData("0 30 2 * * *", "Europe/Berlin", "2027-03-28T00:00:00Z", "2027-03-29T02:30:00+02:00")] // 2:30 does not exist on the 28th
    [InlineData("0 30 2 * * *", "Europe/Berlin", "2027-10-31T00:00:00Z", "2027-10-31T02:30:00+02:00")] // and twice on the 31st
    [InlineData("0 30 2 * * *", "Europe/Berlin", "2027-10-31T00:30:00Z", "2027-10-31T02:30:00+01:00")]
    [InlineData("0 0 0 * * *", "Europe/Berlin", "2027-03-27T23:00:00Z", "2027-03-29T00:00:00+02:00")] // a day of 23 hours
    [InlineData("0 0 0 * * *", "America/Havana", "2027-03-13T12:00:00Z", "2027-03-15T00:00:00-04:00")] // a day without midnight
    [InlineData("0 0 5 * * *", "Asia/Kolkata", "2026-11-28T00:00:00Z", "2026-11-29T05:00:00+05:30")]
    public void Next_time_is_found(string expression, string zone, string after, string next)
    {
        CronExpression cron = CronExpression.Parse(expression, TimeZoneInfo.FindSystemTimeZoneById(zone))!;
        Assert.Equal(next, GoTime.FormatSeconds(cron.Next(Time(after))!.Value));
    }

    [Theory]
    [InlineData("@every 1s", "2026-11-28T12:00:00.400Z", "2026-11-28T12:00:01Z")]
    [InlineData("@every 1s", "2026-11-28T12:00:00.600Z", "2026-11-28T12:00:02Z")]
    [InlineData("@every 90m", "2026-11-28T12:00:00Z", "2026-11-28T13:30:00Z")]
    [InlineData("@hourly", "2026-11-28T12:00:00Z", "2026-11-28T13:00:00Z")]
    [InlineData("@weekly", "2026-11-28T12:00:00Z", "2026-11-29T00:00:00Z")]
    [InlineData("@at 2020-01-01T00:00:00+02:00", "2026-11-28T12:00:00Z", "2019-12-31T22:00:00Z")]
    public void Schedule_is_due_at(string pattern, string stored, string due)
    {
        MessageSchedule schedule = MessageSchedule.Parse(pattern, null)!;
        Assert.Equal(due, GoTime.FormatSeconds(schedule.Next(Time(stored), Time(stored))!.Value));
    }

    [Fact]
    public void Times_that_have_passed_are_skipped()
    {
        MessageSchedule schedule = MessageSchedule.Parse("@every 10s", null)!;
        Assert.Equal("2026-11-28T13:00:10Z", GoTime.FormatSeconds(schedule.Next(Time("2026-11-28T12:00:00Z"), Time("2026-11-28T13:00:00Z"))!.Value));
    }

    private static DateTimeOffset Time(string text) => GoTime.TryParse(text, out DateTimeOffset time) ? time : throw new FormatException(text);
}
