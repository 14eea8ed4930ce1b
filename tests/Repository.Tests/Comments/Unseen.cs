namespace Repository.Tests.Comments;

/// <summary>
/// A method or property of src whose exceptions the analysis does not find in its body: the exceptions listed here are used instead.
/// </summary>
internal sealed record Unseen(string Member, string[] Exceptions, string Reason);
