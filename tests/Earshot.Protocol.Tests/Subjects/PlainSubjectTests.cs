using Xunit;

namespace Earshot.Protocol.Tests;

/// <summary>Subjects that need no further check, and which fault of several is named.</summary>
public class PlainSubjectTests
{
    private const int Limit = 124; // 100 characters and the rest of the line

    [Theory]
    [InlineData("a", null, true)]
    [InlineData("!\"#$%&'()+,-./:;<=?@[\\]^_`{|}~", "_INBOX.a.1", true)]
    [InlineData(null, null, false)]
    [InlineData("", null, false)]
    [InlineData(".a", null, false)]
    [InlineData("a.", null, false)]
    [InlineData("a..b", null, false)]
    [InlineData("a.*", null, false)]
    [InlineData("a.>", null, false)]
    [InlineData("a b", null, false)]
    [InlineData("été", null, false)]
    [InlineData("a", "", false)]
    [InlineData("a", "b c", false)]
    [InlineData("a b", "c", false)]
    public void Subject_is_plain_when_it_is_printable_and_has_no_empty_token_or_wildcard(string? subject, string? replyTo, bool isPlain) =>
        Assert.Equal(isPlain, SubjectRules.IsPlain(subject, replyTo, Limit));

    [Theory]
    [InlineData(100, 0, true)]
    [InlineData(101, 0, false)]
    [InlineData(60, 40, true)]
    [InlineData(60, 41, false)]
    public void Subject_is_plain_when_it_fits_on_the_line_with_its_reply_subject(int length, int replyLength, bool isPlain) =>
        Assert.Equal(isPlain, SubjectRules.IsPlain(new string('a', length), replyLength == 0 ? null : new string('b', replyLength), Limit));

    [Fact]
    public void First_fault_of_several_is_named()
    {
        string tooLong = new('q', SubjectRules.MaxControlLine);
        Assert.StartsWith("The queue group contains a space", GroupFault(tooLong + " *"), StringComparison.Ordinal);
        Assert.StartsWith("The queue group is too long", GroupFault(tooLong + ".*"), StringComparison.Ordinal);
        Assert.StartsWith(
            "The subject contains a space", Assert.Throws<NatsInvalidSubjectException>(() => SubjectRules.ThrowIfInvalidPublish("a b.*", "p")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Null_is_not_valid()
    {
        Assert.False(SubjectRules.IsValidPublish(null));
        Assert.False(SubjectRules.IsValidSubscribe(null));
        Assert.True(SubjectRules.IsValidSubscribe("a.*"));
        Assert.False(SubjectRules.IsValidPublish("a.*"));
    }

    private static string GroupFault(string group) =>
        Assert.Throws<NatsInvalidQueueGroupException>(() => SubjectRules.ThrowIfInvalidQueueGroup(group, "p")).Message;
}
