using System.Text;
using Xunit;

namespace Earshot.Protocol.Tests;

public class SubjectRulesTests
{
    public static TheoryData<string> NeverValid =>
    [
        "", " ", "a b", "a\tb", "a\r", "a\nb", "a\r\nPUB x 0\r\n\r\n", "a\0b", "a\u007f", "\ud800", "a\udc00b", "a\ud83d", "\ude00\ud83d",
        ".a", "a.", "a..b", ".", "..", new string('a', 4090), new string('\u20ac', 1400),
    ];

    public static TheoryData<string> AlwaysValid =>
    [
        "a", "a.b.c", "$JS.API.INFO", "*x", "x>", "a*b.c>d", "\u00e9t\u00e9.\u65e5\u672c", "\ud83d\ude00.a", "a\u0085b", "a\u2028b", new string('a', 4000), "_INBOX.abc",
        "!\"#$%&'()+,-/:;<=?@[\\]^_`{|}~",
    ];

    public static TheoryData<string> MalformedQueueGroups => ["", "a b", "a\r\n", "a\0", "a\u007f", "\ud800", new string('q', 4090)];

    public static TheoryData<string> Wildcards => ["*", ">", "a.*", "a.>", "*.b", "a.*.c", "a.*.>"];

    [Theory]
    [MemberData(nameof(NeverValid))]
    public void A_malformed_subject_is_refused_everywhere(string subject)
    {
        Assert.Equal("p", Assert.Throws<NatsInvalidSubjectException>(() => SubjectRules.ThrowIfInvalidPublish(subject, "p")).ParamName);
        Assert.Equal("p", Assert.Throws<NatsInvalidSubjectException>(() => SubjectRules.ThrowIfInvalidSubscribe(subject, "p")).ParamName);
        Assert.Equal("p", Assert.Throws<NatsInvalidSubjectException>(() => SubjectRules.ThrowIfInvalidReplyTo(subject, "p")).ParamName);
        Assert.Equal("p", Assert.Throws<ArgumentException>(() => SubjectRules.ThrowIfInvalidInboxPrefix(subject, "p")).ParamName);
        Assert.False(SubjectRules.IsValidPublish(subject));
        Assert.False(SubjectRules.IsValidSubscribe(subject));
    }

    [Theory]
    [MemberData(nameof(AlwaysValid))]
    public void A_literal_subject_is_accepted_everywhere(string subject)
    {
        SubjectRules.ThrowIfInvalidPublish(subject, "p");
        SubjectRules.ThrowIfInvalidSubscribe(subject, "p");
        SubjectRules.ThrowIfInvalidReplyTo(subject, "p");
        SubjectRules.ThrowIfInvalidInboxPrefix(subject, "p");
        SubjectRules.ThrowIfInvalidQueueGroup(subject, "p");
        Assert.True(SubjectRules.IsValidPublish(subject));
    }

    [Theory]
    [MemberData(nameof(Wildcards))]
    public void A_wildcard_is_for_subscriptions_only(string subject)
    {
        SubjectRules.ThrowIfInvalidSubscribe(subject, "p");
        Assert.Throws<NatsInvalidSubjectException>(() => SubjectRules.ThrowIfInvalidPublish(subject, "p"));
        Assert.Throws<NatsInvalidSubjectException>(() => SubjectRules.ThrowIfInvalidReplyTo(subject, "p"));
        Assert.Throws<ArgumentException>(() => SubjectRules.ThrowIfInvalidInboxPrefix(subject, "p"));
        Assert.Throws<NatsInvalidQueueGroupException>(() => SubjectRules.ThrowIfInvalidQueueGroup(subject, "p"));
    }

    [Theory]
    [InlineData("a.>.b")]
    [InlineData(">.a")]
    public void A_tail_wildcard_is_the_last_token(string subject) =>
        Assert.Throws<NatsInvalidSubjectException>(() => SubjectRules.ThrowIfInvalidSubscribe(subject, "p"));

    [Theory]
    [MemberData(nameof(MalformedQueueGroups))]
    public void A_malformed_queue_group_is_refused(string queueGroup) =>
        Assert.Equal("q", Assert.Throws<NatsInvalidQueueGroupException>(() => SubjectRules.ThrowIfInvalidQueueGroup(queueGroup, "q")).ParamName);

    [Fact]
    public void Null_is_refused_as_every_other_wrong_text()
    {
        Assert.Equal("p", Assert.Throws<NatsInvalidSubjectException>(() => SubjectRules.ThrowIfInvalidPublish(null!, "p")).ParamName);
        Assert.Equal("p", Assert.Throws<NatsInvalidSubjectException>(() => SubjectRules.ThrowIfInvalidSubscribe(null!, "p")).ParamName);
        Assert.Equal("p", Assert.Throws<NatsInvalidSubjectException>(() => SubjectRules.ThrowIfInvalidReplyTo(null!, "p")).ParamName);
        Assert.Equal("p", Assert.Throws<NatsInvalidQueueGroupException>(() => SubjectRules.ThrowIfInvalidQueueGroup(null!, "p")).ParamName);
        Assert.Throws<ArgumentNullException>("p", () => SubjectRules.ThrowIfInvalidInboxPrefix(null!, "p"));
    }

    [Fact]
    public void Every_control_character_the_space_and_delete_are_refused_at_every_place()
    {
        foreach (char character in Enumerable.Range(0, 33).Append(127).Select(i => (char)i))
        {
            foreach (string? subject in new[] { $"{character}ab", $"a{character}b", $"ab{character}", new string('a', 40) + character + new string('b', 40) })
            {
                Assert.False(SubjectRules.IsValidPublish(subject));
                Assert.False(SubjectRules.IsValidSubscribe(subject));
            }
        }
    }

    [Fact]
    public void A_subject_and_a_reply_that_are_too_long_together_are_refused()
    {
        string half = new string('a', 2100);

        SubjectRules.ThrowIfInvalidPublish(half, "p");
        Assert.Equal("p", Assert.Throws<NatsInvalidSubjectException>(() => SubjectRules.ThrowIfControlLineTooLong(half, half, "p")).ParamName);
        SubjectRules.ThrowIfControlLineTooLong(half, null, "p");
        SubjectRules.ThrowIfControlLineTooLong(half, new string('b', 1900), "p");
    }

    [Fact]
    public void An_accepted_pair_of_subjects_fits_the_control_line_of_a_server_with_the_largest_sizes()
    {
        string subject = new string('a', SubjectRules.MaxControlLine - 24);
        SubjectRules.ThrowIfInvalidPublish(subject, "p");
        byte[] buffer = new byte[ClientOperationWriter.MeasurePublish(subject, null, 0, 0)];

        int length = ClientOperationWriter.WriteHeadersPublishHead(buffer, subject, null, 99_999_999, 900_000_000);

        Assert.InRange(length - "HPUB ".Length - 2, 0, SubjectRules.MaxControlLine);
        Assert.Equal(subject, Encoding.UTF8.GetString(buffer, 5, subject.Length));
    }

    [Theory]
    [InlineData("a", "a", true)]
    [InlineData("a", "b", false)]
    [InlineData("a", "a.b", false)]
    [InlineData("a.b", "a", false)]
    [InlineData("*", "a", true)]
    [InlineData("*", "a.b", false)]
    [InlineData("a.*", "a.b", true)]
    [InlineData("a.*", "a", false)]
    [InlineData("a.*.c", "a.b.c", true)]
    [InlineData("a.*.c", "a.b.d", false)]
    [InlineData(">", "a", true)]
    [InlineData(">", "a.b.c", true)]
    [InlineData("a.>", "a.b", true)]
    [InlineData("a.>", "a.b.c", true)]
    [InlineData("a.>", "a", false)]
    [InlineData("a*", "ab", false)]
    [InlineData("a*", "a*", true)]
    [InlineData("a>", "a>", true)]
    [InlineData("a>", "ab", false)]
    [InlineData("*.*", "a.b", true)]
    [InlineData("*.>", "a", false)]
    [InlineData("a.*", "A.b", false)]
    public void A_pattern_matches_token_by_token(string pattern, string subject, bool expected) =>
        Assert.Equal(expected, SubjectRules.Matches(pattern, subject));
}
