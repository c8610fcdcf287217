SELECT greet(name) = 'hello; Y' FROM user_names WHERE id = 2;
