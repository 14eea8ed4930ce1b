namespace Repository.Tests.Comments;

/// <summary>
/// A method or property of src whose exceptions the analysis does not find by reading it: what is listed here stands for its body.
/// </summary>
internal sealed record Unseen(string Member, string[] Exceptions, string Reason);
